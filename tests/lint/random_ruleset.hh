// Small rulesets at random, as iptables-save writes them: all tables, chains that call each other, and few
// values, so that rules often shadow each other.
#pragma once

#include <random>
#include <string>

#include "model/types.hh"

namespace fwsim::testing {

std::string random_ruleset(Family family, std::mt19937& random);

}  // namespace fwsim::testing
