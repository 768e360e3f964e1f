// What several firewalls do together that none of them shows alone: rules whose packets another one never lets come, accepts that
// only lead to a drop, answers that take another way, pairs that differ. Each finding is shown by a packet that the simulator takes
// through the network; without one it says "may".
#pragma once

#include <vector>

#include "lint/check.hh"
#include "simulator/network/internetwork.hh"

namespace fwsim {

struct NetworkToLint {
  Topology topology;
  std::vector<NetworkMember> members;         // of Topology::hosts
  std::vector<const Settings*> settings;      // of each
};

// Findings by host, about rulesets of the family; empty results of hosts that have none.
std::vector<LintResult> lint_network(const NetworkToLint& net, Family family, const LintOptions& options = {});

}  // namespace fwsim
