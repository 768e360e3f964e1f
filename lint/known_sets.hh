// ipsets whose members are known: to a proof `-m set` is then a test for the addresses in it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/ipset.hh"
#include "model/ruleset.hh"

namespace fwsim {

// The addresses that a set of type hash:ip or hash:net holds for good, joined and in order. Nothing for sets of other
// types, with exceptions, timeouts, counters or masks: then what it says is not told by the address alone, or not for ever.
std::optional<std::vector<Range>> plain_addresses(const IpSet& set);

// The ruleset with each `-m set --match-set NAME src` (or dst) of such a set as a test of the address. Others stay.
Ruleset with_known_sets(Ruleset ruleset, const std::map<std::string, IpSet, std::less<>>& sets);

}  // namespace fwsim
