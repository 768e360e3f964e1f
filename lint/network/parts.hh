// What the findings about several firewalls are made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/network/joint_rules.hh"
#include "lint/network/lint_network.hh"
#include "simulator/network/path.hh"

namespace fwsim {

Spot spot_of(const Explorer& explorer, const RuleId& id);
// Of a rule or policy that decided about a packet.
Spot spot_of(const RuleRef& rule, const Ruleset& ruleset);

Finding network_finding(const Check& check, Spot place, std::string text);

// What becomes of the packet of a witness, sent from where its source is, in a network that remembers nothing. Nothing when it is
// not clear where that is.
std::optional<PathAnswer> shown(const NetworkToLint& net, const Witness& witness);
// The witness's question without the words that only one host gives a meaning.
std::string path_question(const Witness& witness);

// Whether the simulator took the packet past this rule at the host (it decided about it there).
bool decided(const PathHop& hop, const RuleId& id, const Ruleset& ruleset);

}  // namespace fwsim
