#include <fmt/format.h>

#include <array>

#include "reports/lint_report.hh"

namespace fwsim {
namespace {

std::string_view word(Severity severity) {
  constexpr std::string_view words[] = {"error", "warning", "note"};
  return words[static_cast<std::size_t>(severity)];
}

std::string painted(Severity severity, bool colour) {
  constexpr int colours[] = {31, 33, 36};
  return colour ? fmt::format("\033[1;{}m{}\033[0m", colours[static_cast<std::size_t>(severity)], word(severity)) : std::string(word(severity));
}

std::string plural(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

}  // namespace

std::string lint_text(const LintedRuleset& linted, bool colour) {
  std::string out;
  for (const Finding& f : linted.result->findings) {
    const std::string where = f.place.line == 0 ? f.place.file : fmt::format("{}:{}", f.place.file, f.place.line);
    out += fmt::format("{}: {}: {} {}{} [{} {}]\n", where, painted(f.severity, colour), f.place.name,
                       f.certainty == Certainty::may ? "perhaps " : "", f.text, f.id, f.check);
    if (const std::string source = linted.source && !f.of_chain ? linted.source(f.place) : ""; !source.empty()) out += fmt::format("    {}\n", source);
    if (!f.witness.empty()) out += fmt::format("    packet: {}\n", f.witness);
    if (!f.proof.empty()) out += fmt::format("    proof: {}\n", f.proof);
    if (!f.hint.empty()) out += fmt::format("    hint: {}\n", f.hint);
  }
  for (const UndecidedCheck& u : linted.result->undecided) out += fmt::format("not decided: {} [{}]\n", u.place.text(), u.check);
  return out;
}

std::string lint_summary(const LintedRuleset& linted) {
  std::array<std::size_t, 3> count{};
  for (const Finding& f : linted.result->findings) ++count[static_cast<std::size_t>(f.severity)];
  std::string found;
  for (Severity severity : {Severity::error, Severity::warning, Severity::note})
    if (const std::size_t n = count[static_cast<std::size_t>(severity)]; n != 0) found += (found.empty() ? "" : ", ") + plural(n, word(severity));
  if (!linted.result->undecided.empty()) found += fmt::format("{}{} not decided", found.empty() ? "" : ", ", linted.result->undecided.size());
  if (!linted.result->suppressed.empty()) found += fmt::format("{}{} suppressed", found.empty() ? "nothing else found, " : ", ", linted.result->suppressed.size());
  std::string out = fmt::format("{}: {} in {}\n", linted.file, found.empty() ? "nothing found" : found, plural(linted.rules, "rule"));
  std::size_t left_out = 0;
  std::string by;
  for (const LeftOut& l : linted.result->left_out) {
    left_out += l.findings;
    by += (&l == &linted.result->left_out.front() ? "" : &l == &linted.result->left_out.back() ? " and " : ", ") + l.manager;
  }
  if (left_out != 0) out += fmt::format("{}: {} in chains of {} left out, --managed shows them\n", linted.file, left_out, by);
  return out;
}

std::string checks_text() {
  std::string out;
  for (const Check* check : all_checks())
    out += fmt::format("{} {:19} {:7} {}{}\n", check->id, check->name, word(check->severity), check->title, check->on ? "" : " (off by default)");
  return out + "'fwsim explain FW101' tells more about one, 'fwsim explain --all' about all\n";
}

}  // namespace fwsim
