// The ipsets of a run, as its packets have changed them: the set match and the SET target share
// them. Made from World::host at the first packet that asks, so timeouts count from its time.
#pragma once

#include "simulator/set_lookup.hh"
#include "simulator/world.hh"

namespace fwsim {

SetStore& ipsets(World& world);

}  // namespace fwsim
