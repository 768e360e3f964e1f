// The messages of H.323 that the kernel's helpers read.
#pragma once

#include "simulator/helpers/per.hh"

namespace fwsim {

// Types to begin with: "UserInformation" (H.225.0 in Q.931), "ControlMessage" (H.245), "RasMessage".
const PerSchema& h323_schema();

}  // namespace fwsim
