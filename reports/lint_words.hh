// Words that the formats of lint share, so that all of them call a thing the same.
#pragma once

#include <string>
#include <string_view>

#include "reports/lint_report.hh"

namespace fwsim {

inline constexpr std::string_view severity_words[] = {"error", "warning", "note"};

std::string_view severity_word(Severity severity);
std::string_view certainty_word(Certainty certainty);   // "proved", "may"
std::string_view family_word(Family family);            // "ipv4", "ipv6"
std::string plural(std::size_t n, std::string_view what);   // "1 rule", "2 rules"
// The rule that a finding is about, as it would be loaded; empty when it is about a policy or a chain.
std::string rule_text(const LintedRuleset& linted, const Finding& finding);
// "filter/INPUT/3 never matches: ...", "perhaps" before what is not proved.
std::string sentence(const Finding& finding);
// Edits of lines that follow each other are one.
struct LineEdit {
  unsigned line = 0, count = 0;   // these lines
  std::string text;               // get this instead; whole lines, or nothing
};
std::vector<LineEdit> line_edits(const Edits& edits);
// Whether the exit status says so.
bool fails(const LintReport& report, const Finding& finding);

// The findings that are shown when not all are: of each ruleset the indices, by place. The most severe ones are kept.
std::vector<std::vector<std::size_t>> shown_findings(const LintReport& report);

}  // namespace fwsim
