// A check is one value: what it looks for, why that matters, an example of each kind, and the function. The examples
// are its documentation and its tests. A new check is one file in lint/checks/ and one line in lint/checks.cc.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lint/facts.hh"
#include "lint/finding.hh"
#include "lint/answers.hh"

namespace fwsim {

struct Check;

// Where checks put what they find.
class Findings {
 public:
  explicit Findings(const Facts& facts, const Check& check, LintResult& result) : facts_(facts), check_(check), result_(result) {}

  Finding& add(const RuleId& rule, std::string text, const std::vector<RuleId>& by = {});
  Finding& add_chain(TableId table, std::uint16_t chain, std::string text, const std::vector<RuleId>& by = {});
  void undecided(const RuleId& rule);

 private:
  const Facts& facts_;
  const Check& check_;
  LintResult& result_;
};

struct Check {
  std::string_view id, name;         // "FW101", "shadowed"
  std::string_view title;            // a line
  std::string_view why;              // why it matters
  std::string_view fix{};            // what to do; empty: as the finding's hint says
  std::string_view bad, good;        // rulesets with and without a finding
  Severity severity = Severity::warning;
  bool on = true;                    // without being asked for
  Mend mend = Mend::none;            // whether what is found can be deleted
  std::string_view covers{};         // what of the field's catalogues it finds: "A01 E13 traps:E13"
  std::string_view host{};           // of the examples, as a host description; empty: nothing is known of it
  std::string_view sets{};           // what each file of ipsets that it names holds
  std::string_view bad6{}, good6{};  // the IPv6 rulesets beside them, of checks of both families together
  bool of_network = false;           // of several hosts together: lint/network/ finds it, and its tests show it
  std::span<const Asked> asks{};     // what it puts to Facts::answers()
  void (*run)(const Facts& facts, Findings& findings) = nullptr;   // without either: found by what runs the others (suppress.hh)
  // Of both families of one host together; findings are about `v6` ones.
  void (*run_pair)(const Facts& v4, const Facts& v6, Findings& findings) = nullptr;
};

std::span<const Check* const> all_checks();

struct LintOptions {
  std::vector<std::string> only, skip;   // ids or names
  bool all = false;                      // also checks that are off by default
  bool managed = false;                  // also in chains that a program made (left_out.hh)
  const Facts::Sets* sets = nullptr;     // of a host of which nothing else is known
};
// Whether the check is to run; what the command line names goes before what the settings do.
bool wanted(const Check& check, const LintOptions& options, const Settings& settings);
// What the settings make of a finding that the check by itself calls a note, a warning or an error: what it thinks less
// of than of others stays less.
Severity severity_in(const Settings& settings, const Check& check, Severity own);

// `host` may be null.
LintResult lint(const Ruleset& ruleset, const Host* host, const LintOptions& options = {}, const Settings& settings = no_settings());
LintResult lint(const Facts& facts, const LintOptions& options = {});
// What both families of one host say together, added to the result of IPv6.
void lint_pair(const Facts& v4, const Facts& v6, const LintOptions& options, LintResult& result);

}  // namespace fwsim
