// The conntrack(8) commands of scenarios.
#pragma once

#include <string>
#include <vector>

#include "simulator/engine.hh"

namespace fwsim::kernel {

// `conntrack -D ...` or -F. False: an option that is not understood.
bool run_conntrack(Engine& engine, const std::vector<std::string>& words);

}  // namespace fwsim::kernel
