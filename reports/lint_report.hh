// What lint found, as text and as JSON.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lint/check.hh"
#include "lint/finding.hh"

namespace fwsim {

struct LintedRuleset {
  std::string file;
  Family family = Family::v4;
  std::size_t rules = 0;
  const LintResult* result = nullptr;
  // The rule as it would be loaded: "-A INPUT -j DROP"; empty for policies and chains.
  std::function<std::string(const Spot&)> source;
};

// Two to four lines for each finding.
std::string lint_text(const LintedRuleset& linted, bool colour);
// "3 warnings and 1 note in 120 rules", a line.
std::string lint_summary(const LintedRuleset& linted);
// One array element for each ruleset.
std::string lint_json(const std::vector<LintedRuleset>& list);
// Every check, a line: id, name, severity, title.
std::string checks_text();

// Of `fwsim witness`, a line for each rule.
struct WitnessLine {
  Spot place;
  std::string what;         // "shown", "never", "perhaps", "undecided"
  std::size_t packet = 0;   // from 1
  std::string question;
};
std::string witness_text(const std::vector<WitnessLine>& lines);
std::string witness_json(const std::vector<WitnessLine>& lines);

}  // namespace fwsim
