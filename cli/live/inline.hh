// The two ways of --inline.
#pragma once

#include "cli/live/carrier.hh"
#include "cli/live/modes.hh"

namespace fwsim {

int run_bridge(Session& session, const DevicePair& devices);
int run_router(Session& session, const DevicePair& devices);

}  // namespace fwsim
