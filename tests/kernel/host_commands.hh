// Commands of a scenario that change the host and not its rules: bridge, sysctl, nfacct, ipset, ip link.
#pragma once

#include <string>
#include <vector>

#include "simulator/world.hh"

namespace fwsim::kernel {

// False when it is none that can be replayed.
bool host_command(const std::vector<std::string>& words, World& world);

}  // namespace fwsim::kernel
