// Rulesets as `fwsim lint` takes them: loaded with their settings, linted, both families of a host judged together.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/commands.hh"
#include "cli/host.hh"
#include "cli/settings.hh"
#include "reports/lint_report.hh"

namespace fwsim {

struct LintInput {
  Setting setting;
  const Settings* settings = nullptr;
};

// What the options ask for; which sets there are is added for each ruleset.
LintOptions lint_options(const LintArgs& args);
// Rulesets and the host that they are of. `place` is where settings are looked for. Nothing, with messages, when there are faults.
std::optional<LintInput> load_lint_input(const RuleArgs& rules, HostArgs host, const std::string& place, SettingsFiles& files, const Common& common);

struct Linted {
  LintReport report;                      // without fingerprints
  std::vector<const Settings*> settings;  // of each of its rulesets
  std::vector<const Host*> hosts;         // null: not known
};

// The inputs must outlive the result.
Linted lint_rulesets(const std::vector<LintInput>& inputs, const LintArgs& args);
// What the settings allow in vain, all rulesets that they are for taken together.
void judge_settings(LintReport& report, const std::vector<const Settings*>& of, const LintOptions& options);
// A report of the checks that any of the inputs wants and `takes` says are to run, without rulesets.
LintReport empty_report(const std::vector<LintInput>& inputs, const LintArgs& args, bool (*takes)(const Check& check));
// LintedRuleset::source. The ruleset must outlive it.
std::function<std::string(const Spot&)> source_of(const Ruleset& ruleset);

// The findings of --baseline; none when there is no file. Nothing, with messages, when it is not good.
std::optional<std::set<std::string>> read_known(const std::string& baseline, const Common& common);
// Whether --fail-on makes this exit status 1.
bool any_fails(const LintReport& report);

}  // namespace fwsim
