// A host described by hand:
//
//   routes = ["default via 192.0.2.254 dev eth0", "blackhole 10.0.0.0/8"]   # ip route add ...
//   rules = ["fwmark 1 lookup 100"]                                        # ip rule add ...
//   rules6 = ["from 2001:db8::/32 lookup 100"]                             # ip -6 rule add ...
//   routes6 = ["default dev eth0"]        # where the text itself does not tell the family
//   sets = "ipset.save"                   # or a list; beside this file
//
//   [interfaces.eth0]
//   addresses = ["192.0.2.1/24", "2001:db8::1/64"]
//   mac = "02:00:00:00:00:01"
//   mtu = 1500
//   group = 0                             # device group
//   master = "br0"                        # bridge, bond or VRF
//   up = true
//   ethernet = true                       # false for tunnels
//
//   [sysctl]
//   "net.ipv4.ip_forward" = 1
//
//   sockets = []                          # none; or those that are open, all of them:
//   [[sockets]]
//   proto = "tcp"
//   local = "192.0.2.1:80"                # "0.0.0.0:80", "[::]:80", "*:80" (both families)
//   peer = "198.51.100.7:4000"            # when connected
//   device = "eth0"                       # bound to it
//   transparent = true
//   v6only = true
//   mark = 1
//   uid = 1000
//   gid = 1000
//   groups = [27, 100]                    # supplementary ones
//   cgroup = "system.slice/nginx.service"
//   class = 1                             # of net_cls
//
//   [queues]                              # programs on NFQUEUE queues, and what they say of packets
//   3 = "accept"                          # "drop", "repeat mark 1", "accept mark 0x10"
//
// "lo" need not be mentioned. Sysctls that are not given have the kernel's defaults.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/host.hh"

namespace fwsim {

struct HostText {
  Host host;
  Diagnostics diagnostics;
};

// `read` gives the text of a file that is named in it; nothing when there is none.
HostText parse_host_toml(std::string_view text, const std::string& file,
                         const std::function<std::optional<std::string>(const std::string&)>& read);
// From a file; throws EnvironmentError when it cannot be read.
HostText read_host_toml(const std::string& path);

}  // namespace fwsim
