// The list of checks, and what runs them.
#include "lint/checks.hh"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "lint/check.hh"

namespace fwsim {
namespace {

constexpr const Check* list[] = {
    &checks::shadowed,  &checks::repeated,      &checks::redundant, &checks::contradictory, &checks::unreferenced_chain, &checks::unreachable_chain,
    &checks::dead_jump, &checks::duplicate, &checks::policy_unused, &checks::undone, &checks::kernel_first, &checks::generalization, &checks::correlation,
};

bool names(const std::vector<std::string>& words, const Check& check) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return word == check.id || word == check.name; });
}

bool wanted(const Check& check, const LintOptions& options) {
  if (names(options.skip, check)) return false;
  if (!options.only.empty()) return names(options.only, check);
  return check.on || options.all;
}

}  // namespace

std::span<const Check* const> all_checks() { return list; }

std::vector<const Check*> chosen_checks(const LintOptions& options) {
  std::vector<const Check*> chosen;
  std::copy_if(std::begin(list), std::end(list), std::back_inserter(chosen), [&](const Check* check) { return wanted(*check, options); });
  return chosen;
}

Finding& Findings::add(const RuleId& rule, std::string text, const std::vector<RuleId>& by) {
  Finding finding{.id = std::string(check_.id), .check = std::string(check_.name), .severity = check_.severity, .place = facts_.place(rule), .text = std::move(text)};
  for (const RuleId& other : by) finding.by.push_back(facts_.place(other));
  return result_.findings.emplace_back(std::move(finding));
}

Finding& Findings::add_chain(TableId table, std::uint16_t chain, std::string text, const std::vector<RuleId>& by) {
  Finding& finding = add({table, chain, 0}, std::move(text), by);
  finding.place = facts_.chain_place(table, chain);
  finding.of_chain = true;
  return finding;
}

void Findings::undecided(const RuleId& rule) { result_.undecided.push_back({std::string(check_.name), facts_.place(rule)}); }

LintResult lint(const Facts& facts, const LintOptions& options) {
  LintResult result;
  for (const Check* check : chosen_checks(options)) {
    Findings findings(facts, *check, result);
    check->run(facts, findings);
  }
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& a, const Finding& b) { return std::tie(a.place.line, a.id) < std::tie(b.place.line, b.id); });
  return result;
}

LintResult lint(const Ruleset& ruleset, const Host* host, const LintOptions& options) {
  return lint(Facts(ruleset, host), options);
}

}  // namespace fwsim
