#include <fmt/format.h>

#include <array>
#include <set>

#include "reports/lint_report.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

std::string painted(Severity severity, bool colour) {
  constexpr int colours[] = {31, 33, 36};
  return colour ? fmt::format("\033[1;{}m{}\033[0m", colours[static_cast<std::size_t>(severity)], severity_word(severity)) : std::string(severity_word(severity));
}

void add(std::string& out, const LintedRuleset& linted, const Finding& f, bool colour) {
  const std::string where = f.place.line == 0 ? f.place.file : fmt::format("{}:{}", f.place.file, f.place.line);
  out += fmt::format("{}: {}: {} [{} {}]\n", where, painted(f.severity, colour), sentence(f), f.id, f.check);
  if (const std::string source = rule_text(linted, f); !source.empty()) out += fmt::format("    {}\n", source);
  if (!f.witness.empty()) out += fmt::format("    packet: {}\n", f.witness);
  if (!f.proof.empty()) out += fmt::format("    proof: {}\n", f.proof);
  if (!f.hint.empty()) out += fmt::format("    hint: {}\n", f.hint);
}

// "2 can be fixed with --fix, 1 more with --fix=FW101"
std::string fixable(const LintedRuleset& linted) {
  std::size_t safe = 0, asked = 0;
  std::set<std::string> checks;
  for (const Finding& f : linted.result.findings) {
    if (!f.fix) continue;
    ++(f.fix->safe ? safe : asked);
    if (!f.fix->safe) checks.insert(f.id);
  }
  std::string out;
  if (safe != 0) out += fmt::format("{} can be fixed with --fix", safe);
  if (asked != 0) out += fmt::format("{} with --fix={}", safe != 0 ? fmt::format(", {} more", asked) : fmt::format("{} can be fixed", asked), fmt::join(checks, ","));
  return out.empty() ? out : fmt::format("{}: {}\n", linted.file, out);
}

}  // namespace

std::string lint_text(const LintReport& report) {
  std::string out;
  std::size_t lines = 0;
  const auto shown = shown_findings(report);
  for (std::size_t r = 0; r < report.rulesets.size(); ++r) {
    const LintedRuleset& linted = report.rulesets[r];
    for (const std::size_t i : shown[r]) add(out, linted, linted.result.findings[i], report.colour);
    lines += shown[r].size();
    std::size_t more = linted.result.findings.size() - shown[r].size();
    for (const UndecidedCheck& u : linted.result.undecided)
      if (report.most == 0 || lines++ < report.most)
        out += fmt::format("not decided: {} [{}]\n", u.place.text(), u.check);
      else
        ++more;
    if (more != 0) out += fmt::format("and {} more (--all-findings)\n", more);
    out += lint_summary(linted) + fixable(linted);
  }
  return out;
}

std::string findings_text(const LintReport& report) {
  std::string out;
  for (const LintedRuleset& linted : report.rulesets)
    for (const Finding& f : linted.result.findings) add(out, linted, f, report.colour);
  return out;
}

std::string lint_summary(const LintedRuleset& linted) {
  std::array<std::size_t, 3> count{};
  for (const Finding& f : linted.result.findings) ++count[static_cast<std::size_t>(f.severity)];
  std::string found;
  for (Severity severity : {Severity::error, Severity::warning, Severity::note})
    if (const std::size_t n = count[static_cast<std::size_t>(severity)]; n != 0) found += (found.empty() ? "" : ", ") + plural(n, severity_word(severity));
  if (!linted.result.undecided.empty()) found += fmt::format("{}{} not decided", found.empty() ? "" : ", ", linted.result.undecided.size());
  if (!linted.result.suppressed.empty()) found += fmt::format("{}{} suppressed", found.empty() ? "nothing else found, " : ", ", linted.result.suppressed.size());
  const std::string known = linted.known == 0 ? "" : fmt::format(" ({} of the baseline left out)", linted.known);
  std::string out = fmt::format("{}: {} in {}{}\n", linted.file, found.empty() ? linted.known == 0 ? "nothing found" : "nothing new" : found, plural(linted.rules, "rule"), known);
  std::size_t left_out = 0;
  std::string by;
  for (const LeftOut& l : linted.result.left_out) {
    left_out += l.findings;
    by += (&l == &linted.result.left_out.front() ? "" : &l == &linted.result.left_out.back() ? " and " : ", ") + l.manager;
  }
  if (left_out != 0) out += fmt::format("{}: {} in chains of {} left out, --managed shows them\n", linted.file, left_out, by);
  return out;
}

std::string checks_text() {
  std::string out;
  for (const Check* check : all_checks())
    out += fmt::format("{} {:19} {:7} {}{}\n", check->id, check->name, severity_word(check->severity), check->title, check->on ? "" : " (off by default)");
  return out + "'fwsim explain FW101' tells more about one, 'fwsim explain --all' about all\n";
}

}  // namespace fwsim
