// A capture through the engine: what trace and cover share.
#pragma once

#include "cli/captures.hh"
#include "cli/host.hh"
#include "simulator/engine.hh"
#include "simulator/sources/placement.hh"

namespace fwsim {

// Nobody described the host: the captures tell whose they are.
void describe_by_capture(Setting& setting, Captures& captures);
// What becomes of a frame, and sets the engine's clock.
Result replay(Captured& captured, Engine& engine);
// The same in two steps, for a frame that has no fault: several engines can agree on where it was seen.
Placement place(const Captured& captured, Engine& engine);
Result judge(const Captured& captured, const Placement& placement, Engine& engine);

}  // namespace fwsim
