// The script that `fwsim collect` prints: it records a host for read_snapshot() and needs nothing
// but a POSIX shell and what it asks (ip, sysctl, iptables-save, ipset, ss, conntrack).
#pragma once

#include <string_view>

namespace fwsim {

// sh -s -- [--tar] [DIRECTORY]; without a directory it writes fwsim-snapshot-HOST-DATE.
std::string_view collect_script();

}  // namespace fwsim
