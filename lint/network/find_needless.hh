// Rules of one firewall that another one makes vain.
#pragma once

#include <vector>

#include "lint/network/parts.hh"

namespace fwsim {

// FW861, FW863: rules to which no new connection comes that the others let through; FW862: rules that let through only what the next
// firewall drops. Added to the host's result.
void find_needless(const NetworkToLint& net, const JointRules& rules, std::vector<LintResult>& out);

}  // namespace fwsim
