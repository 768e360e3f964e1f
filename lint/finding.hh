// What a check found: about which rule or chain, why it is so, and which rules are to blame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lint/fix.hh"
#include "lint/symbolic.hh"
#include "model/diagnostic.hh"

namespace fwsim {

enum class Certainty : std::uint8_t {
  proved,   // of every packet, whatever sets, limits and clocks say
  may       // depends on something that cannot be told
};

// A rule, a policy or a chain, as reports name it.
struct Spot {
  RuleId rule;
  std::string name;       // "filter/INPUT/3", "filter/INPUT/policy"; of chains "filter/KNOCK1"
  std::string file;
  unsigned line = 0;

  std::string text() const;   // "filter/INPUT/3 (rules.v4:12)"
};

struct Finding {
  std::string id, check;      // "FW101", "shadowed"
  Severity severity = Severity::warning;
  Certainty certainty = Certainty::proved;
  Spot place;
  bool of_chain = false;      // about the chain as a whole
  std::string text;           // what is so: "never matches: filter/OUTPUT/1 (rules.v4:10) takes all its packets first"
  std::vector<Spot> by;      // the rules to blame
  std::string witness;        // a packet that shows it, as `fwsim ask` takes it; may be empty
  std::string hint;           // what to do; may be empty
  std::string proof;          // what the second solver says; empty when it was not asked (certify.hh)
  Mend mend = Mend::none;
  std::optional<Fix> fix;     // of what the file can do without (fixes.hh)
};

// What a check could not decide within its budget.
struct UndecidedCheck {
  std::string check;
  Spot place;
  std::string id;
};

// A finding that somebody wrote down as no fault (suppress.hh).
struct Suppressed {
  Finding finding;
  std::string reason;
  std::string where;          // "rules.v4:12", ".fwsim.toml:3"
};

// How many findings are left out because a program made their chains (left_out.hh).
struct LeftOut {
  std::string manager;
  std::size_t findings = 0;
};

// What became of an [[allow]] of the settings.
enum class AllowUse : std::uint8_t {
  not_judged,   // its check did not run, or not for this file
  unused,
  used
};

struct LintResult {
  std::vector<Finding> findings;     // by place in the file
  std::vector<UndecidedCheck> undecided;
  std::vector<Suppressed> suppressed;
  std::vector<LeftOut> left_out;     // by name
  std::vector<AllowUse> allowed;     // one for each of Settings::allowed
};

}  // namespace fwsim
