// A capture through the engine: what trace and cover share.
#pragma once

#include "cli/captures.hh"
#include "cli/host.hh"
#include "simulator/engine.hh"

namespace fwsim {

// Nobody described the host: the captures tell whose they are.
void describe_by_capture(Setting& setting, Captures& captures);
// What becomes of a frame, and sets the engine's clock.
Result replay(Captured& captured, Engine& engine);

}  // namespace fwsim
