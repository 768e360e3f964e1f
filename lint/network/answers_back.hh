// Whether the answers to packets that arrive come back: by the same hosts, as established connections of each of them.
#pragma once

#include "lint/network/flights.hh"

namespace fwsim {

// True: proved for all packets of the flight. False: not proved, as where answers take another way, or what a host remembers of a
// connection has a say that is not followed.
bool answers_come_back(const JointRules& rules, const RangeFlight& flight);

}  // namespace fwsim
