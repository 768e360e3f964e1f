// Pairs of firewalls of which one does not do what the other does.
#pragma once

#include <vector>

#include "lint/network/parts.hh"

namespace fwsim {

// FW865, for each pair that the network declares. Added to the result of the second.
void find_unlike_pairs(const NetworkToLint& net, const JointRules& rules, std::vector<LintResult>& out);

}  // namespace fwsim
