#include "reports/lint_words.hh"

#include <fmt/format.h>

#include <algorithm>

namespace fwsim {

std::string_view severity_word(Severity severity) { return severity_words[static_cast<std::size_t>(severity)]; }
std::string_view certainty_word(Certainty certainty) { return certainty == Certainty::proved ? "proved" : "may"; }
std::string_view family_word(Family family) { return family == Family::v4 ? "ipv4" : "ipv6"; }
std::string plural(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string rule_text(const LintedRuleset& linted, const Finding& finding) {
  return linted.source && !finding.of_chain ? linted.source(finding.place) : "";
}

std::string sentence(const Finding& f) { return fmt::format("{} {}{}", f.place.name, f.certainty == Certainty::may ? "perhaps " : "", f.text); }

std::vector<LineEdit> line_edits(const Edits& edits) {
  std::vector<LineEdit> out;
  for (const auto& [line, text] : edits) {
    if (out.empty() || out.back().line + out.back().count != line) out.push_back({.line = line, .text = {}});
    ++out.back().count;
    out.back().text += text;
  }
  return out;
}

bool fails(const LintReport& report, const Finding& finding) { return report.fail_on && finding.severity <= *report.fail_on; }

std::vector<std::vector<std::size_t>> shown_findings(const LintReport& report) {
  struct Candidate {
    Severity severity;
    std::size_t ruleset, finding;
  };
  std::vector<Candidate> all;
  for (std::size_t r = 0; r < report.rulesets.size(); ++r)
    for (std::size_t f = 0; f < report.rulesets[r].result.findings.size(); ++f) all.push_back({report.rulesets[r].result.findings[f].severity, r, f});
  if (report.most != 0 && report.most < all.size()) {
    std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) { return a.severity < b.severity; });
    all.resize(report.most);
  }
  std::vector<std::vector<std::size_t>> shown(report.rulesets.size());
  for (const Candidate& c : all) shown[c.ruleset].push_back(c.finding);
  for (auto& list : shown) std::sort(list.begin(), list.end());
  return shown;
}

}  // namespace fwsim
