// The fixes of a file's findings, carried out: again and again, since one fix shows what another can do, until there is
// nothing left to mend. What is kept is proved by diff: no packet is treated or logged differently.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.hh"
#include "lint/fixes.hh"
#include "model/ruleset.hh"

namespace fwsim {

struct Mender {
  // The rulesets that a text holds: more than one when it serves both families. None: it would not load.
  std::function<std::vector<Ruleset>(std::string_view text)> read;
  std::function<LintResult(const Ruleset& ruleset)> look;   // of the first of them
  RulePrinter print;
  std::function<bool(const Finding&)> wanted;               // of those that have a fix
  std::function<bool()> late{};                             // whether to stop; null: never
};

// A finding and what became of it.
struct Mending {
  Finding finding;      // its lines are those of the old text
  std::string source;   // the rule, as it would be loaded; empty for chains
  std::string why;      // left as it was: why
};

struct Mended {
  Edits edits;                    // of the old text
  std::vector<Mending> done, left;
  std::vector<Finding> offered;   // have a fix that was not asked for
};

// What would be different, in words, logs included; empty when it is proved that nothing is.
// `quick`: as far as the rules themselves tell (DiffOptions).
std::string difference(const Ruleset& before, const Ruleset& after, bool quick = false);

Mended mend(std::string_view text, const Mender& mender);

}  // namespace fwsim
