// All that one packet sent, with answers and copies, in the order in which it leaves.
#pragma once

#include <vector>

#include "simulator/result.hh"

namespace fwsim {

struct Departure {
  const Sent* sent = nullptr;   // in the result
  bool bridged = false;         // no table was asked: it goes on as it came
};

// Of packets whose fate is unknown, and of what they caused, nothing; with `unknown_too` what they would send if no rule
// that could not be decided applied.
std::vector<Departure> departures(const Result& result, bool unknown_too = false);

}  // namespace fwsim
