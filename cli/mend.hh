// fwsim lint --fix: the files of rulesets without what they can do without.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.hh"
#include "cli/host.hh"
#include "lint/check.hh"
#include "lint/mend.hh"
#include "lint/optimize.hh"

namespace fwsim {

// What --fix=WORDS asks for; nothing, with a message, when it names what does not exist.
struct FixChoice {
  std::vector<std::string> checks;   // ids or names; none: all that are safe
  bool all = false;

  bool wants(const Finding& f) const;
};
std::optional<FixChoice> read_fix_choice(const std::string& words);

// How the ruleset's text is read and written again; `counters`: with those that it has. The setting must outlive it.
OptimizeSource optimize_source(const Setting& setting, Family family, bool counters);

// Mends the ruleset of a file, which `setting` holds with its text afterwards; writes nothing.
Mended mend_ruleset(Setting& setting, Family family, const Settings& settings, const LintOptions& options, const FixChoice& choice);

}  // namespace fwsim
