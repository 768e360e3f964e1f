// Whether several boxes, or rules, are the same as one: what diff needs to see rules that became one.
#pragma once

#include <vector>

#include "lint/symbolic.hh"

namespace fwsim {

// Whether the parts hold exactly the packets that `whole` does. False also when that is too much to find out.
bool same_union(const Space& space, const std::vector<Box>& parts, const std::vector<Box>& whole);

// Whether a packet that matches ends its way through the chain, and nothing else happens that one packet more or less,
// or another rule beside it, could change.
bool decides_alone(const SymbolicRule& rule);

}  // namespace fwsim
