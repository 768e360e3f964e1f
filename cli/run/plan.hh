// How a script or a program is run: what the sandbox has to show of this machine, and by which program it is read.
#pragma once

#include <string>
#include <vector>

#include "cli/run/sandbox.hh"
#include "model/host.hh"

namespace fwsim {

// `command`: the script and its arguments, or a program and its. Throws EnvironmentError when there is no such file.
SandboxSpec plan_run(const std::vector<std::string>& command, const std::vector<std::string>& environment);
// The host's network: devices, addresses, and routes by one way.
void describe_network(const Host& host, SandboxSpec& spec);

}  // namespace fwsim
