// Answers that come back by other firewalls than the packets went.
#pragma once

#include <vector>

#include "lint/network/parts.hh"

namespace fwsim {

// FW864, for each two networks: by routes alone, without rules and translations. Added to the result of the host that sees one way only.
void find_other_ways(const NetworkToLint& net, const JointRules& rules, std::vector<LintResult>& out);

}  // namespace fwsim
