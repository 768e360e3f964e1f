// A table for a pull request's comment, in GitHub's dialect. Comments have a size, so it is as short as the text.
#include <fmt/format.h>

#include <algorithm>

#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/utf8.hh"

namespace fwsim {
namespace {

// Text that stays text: nothing in it is markup, and no cell ends early.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text))
    if (c == '\n' || c == '\r')
      out += ' ';
    else if (c == '<')
      out += "&lt;";
    else if (std::string_view("\\`*_[]|~").find(c) != std::string_view::npos)
      out += {'\\', c};
    else
      out += c;
  return out;
}

// In a table even code takes "\|" for "|". The fence is longer than any run of backticks within.
std::string code(std::string_view text) {
  std::size_t longest = 0, run = 0;
  std::string inside;
  for (const char c : valid_utf8(text)) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    inside += c == '|' ? "\\|" : c == '\n' || c == '\r' ? " " : std::string(1, c);
  }
  const std::string fence(longest + 1, '`');
  const bool space = !inside.empty() && (inside.front() == '`' || inside.back() == '`');
  return fmt::format("{0}{1}{2}{1}{0}", fence, space ? " " : "", inside);
}

// The table is about one file: "rules.v4:12" is line 12.
std::string shortened(std::string text, const std::string& file) {
  for (std::size_t at = text.find(file + ":"); at != std::string::npos; at = text.find(file + ":", at)) text.replace(at, file.size() + 1, "line ");
  return text;
}

std::string row(const LintedRuleset& linted, const Finding& f) {
  std::string what = plain(shortened(sentence(f), linted.file));
  if (const std::string rule = rule_text(linted, f); !rule.empty()) what += "<br>" + code(rule);
  if (!f.witness.empty()) what += "<br>packet: " + code(f.witness);
  if (!f.hint.empty()) what += "<br>hint: " + plain(shortened(f.hint, linted.file));
  return fmt::format("| {} | {} | {} {} | {} |\n", severity_word(f.severity), f.place.line == 0 ? "" : std::to_string(f.place.line), f.id, f.check,
                     what);
}

}  // namespace

std::string lint_markdown(const LintReport& report) {
  std::string out;
  const auto shown = shown_findings(report);
  for (std::size_t r = 0; r < report.rulesets.size(); ++r) {
    const LintedRuleset& linted = report.rulesets[r];
    std::string summary = lint_summary(linted).substr(linted.file.size());  // ": 3 warnings in 120 rules\n"
    summary.pop_back();
    out += fmt::format("{}**{}**{}\n\n", r == 0 ? "" : "\n", code(linted.file), plain(summary));
    if (!shown[r].empty()) out += "| severity | line | check | finding |\n| --- | ---: | --- | --- |\n";
    for (const std::size_t i : shown[r]) out += row(linted, linted.result.findings[i]);
    if (const std::size_t more = linted.result.findings.size() - shown[r].size(); more != 0)
      out += fmt::format("\nand {} more (`--all-findings`)\n", more);
  }
  return out;
}

}  // namespace fwsim
