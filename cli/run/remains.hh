// What is looked at when a script has ended: inside, by the process that keeps the sandbox; and from outside, by a
// descriptor of its files.
#pragma once

#include "cli/run/sandbox.hh"

namespace fwsim {

// The commands whose output describes the network, by the names of `fwsim collect`.
const std::map<std::string, std::vector<std::string>>& network_commands();

// Gives the kernel what the script wrote below /proc/sys/net, in the order of writing, and leaves what it says of it in
// `out`: sysctl.txt, changed.txt, refused.txt.
void settle_sysctls(const SysctlValues& begin, const std::string& out);

// `base` is open at sandbox_base. Links are not followed.
FileStamps file_stamps(int base);
Remains look_at_remains(int base, const FileStamps& before);

}  // namespace fwsim
