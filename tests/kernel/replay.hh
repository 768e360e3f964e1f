// A scenario through fwsim: the same JSON that the recorder writes of a kernel.
#pragma once

#include "simulator/lookup.hh"
#include "tests/kernel/scenario.hh"

namespace fwsim::kernel {

// {"packets": [...], "final_counters": {...}}. Throws EnvironmentError when a ruleset has faults or a
// step asks for something that cannot be replayed.
Json replay(const Scenario& scenario, Lookup lookup = Lookup::indexed);

}  // namespace fwsim::kernel
