// Attacks that were tried against a ruleset, as a table and as JSON.
#pragma once

#include <string>
#include <vector>

#include "simulator/attack.hh"

namespace fwsim {

// `file`: of the ruleset.
std::string threats_text(const AttackTarget& target, const std::vector<AttackResult>& results, bool colour);
std::string threats_json(const AttackTarget& target, const std::vector<AttackResult>& results);

// "▁▂▅█", as high as the highest.
std::string sparkline(const std::vector<std::size_t>& values);

}  // namespace fwsim
