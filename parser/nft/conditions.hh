// Conditions of nft as those of a rule of iptables.
#pragma once

#include "parser/nft/objects.hh"

namespace fwsim::nft_json {

// False when no packet meets them; then the rule is not needed. They keep their order around those that count.
bool conditions(const Tests& tests, Family family, Rule& rule);

// Whether nothing that a rule does changes what the expression looks at.
bool is_steady(const json& expression, const Scope& scope);

}  // namespace fwsim::nft_json
