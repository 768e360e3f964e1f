// Workflow commands of GitHub Actions: each becomes an annotation at its line of a pull request.
#include <fmt/format.h>

#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/utf8.hh"

namespace fwsim {
namespace {

// As the runner takes it apart (actions/toolkit, command.ts): "%", CR and LF everywhere, ":" and "," in properties too.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : valid_utf8(text))
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
      out += fmt::format("%{:02X}", static_cast<unsigned>(c));
    else
      out += c;
  return out;
}

}  // namespace

std::string lint_github(const LintReport& report) {
  constexpr std::string_view commands[] = {"error", "warning", "notice"};
  std::string out;
  for (const LintedRuleset& linted : report.rulesets)
    for (const Finding& f : linted.result.findings) {
      std::string text = sentence(f);
      if (const std::string rule = rule_text(linted, f); !rule.empty()) text += "\n" + rule;
      if (!f.witness.empty()) text += "\npacket: " + f.witness;
      if (!f.hint.empty()) text += "\nhint: " + f.hint;
      out += fmt::format("::{} file={}{},title={}::{}\n", commands[static_cast<std::size_t>(f.severity)], escaped(f.place.file, true),
                         f.place.line == 0 ? "" : fmt::format(",line={}", f.place.line), escaped(fmt::format("{} {}", f.id, f.check), true),
                         escaped(text, false));
    }
  return out;
}

}  // namespace fwsim
