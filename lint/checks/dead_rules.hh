// Rules that no packet comes to match, told apart by why.
#pragma once

#include <functional>

#include "lint/check.hh"

namespace fwsim {

// Calls `each` for every rule that never matches though packets come to its chain, in the order of the ruleset; rules that
// repeat an earlier one are left to the check for that. Those that cannot be decided are noted.
void for_dead_rules(const Facts& facts, Findings* undecided, const std::function<void(const RuleId&, const Cover&)>& each);

// "never matches: filter/OUTPUT/1 (rules.v4:10) takes all its packets first"
std::string dead_text(const Facts& facts, const Cover& cover);

// Whether the rules to blame do with the packets what this rule would.
bool same_end(const Facts& facts, const RuleId& rule, const Cover& cover);

}  // namespace fwsim
