// Where fwsim and the kernel differ over a scenario.
#pragma once

#include <string>
#include <vector>

#include "tests/kernel/scenario.hh"

namespace fwsim::kernel {

struct Difference {
  std::size_t packet = 0;   // step of the scenario
  std::string what;         // "fate", "counters filter:FORWARD:rule:2"
  std::string kernel, fwsim;
};

// Compares fate, out_if, output bytes and their order, counters, paths, ctstate, connections and
// expectations (timeouts within 2 s), log, nflog, sets and recent lists. Left out is only what matches
// one of scenario.ignored, as paths like "/packets/3/out/0/ip".
std::vector<Difference> compare(const Scenario& scenario, const Json& fwsim);

}  // namespace fwsim::kernel
