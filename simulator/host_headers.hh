// How the host itself reads the headers between that of IPv6 and the transport's, behind INPUT
// (net/ipv6/ip6_input.c, ip6_protocol_deliver_rcu; exthdrs.c, reassembly.c). It is stricter than the
// walk of the rules: it obeys options, refuses source routes, and knows AH only with a module.
#pragma once

#include <cstddef>
#include <string>

#include "simulator/packet.hh"

namespace fwsim {

struct World;

struct HostHeaders {
  unsigned protocol = no_protocol;   // the first that is no extension header
  std::size_t named_at = 6;          // the byte that names it
  bool taken = true;                 // false: the packet ends before, perhaps with an ICMPv6 error
  std::string unknown;               // why it is not known how it ends
};

// Adds the error to world.generated.
HostHeaders read_host_headers(const Packet& packet, World& world);

}  // namespace fwsim
