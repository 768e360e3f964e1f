// The parts of decode(): what follows the fixed IP header. Private to simulator/decode*.cc.
#pragma once

#include <cstddef>
#include <string_view>

#include "simulator/packet.hh"

namespace fwsim {

// The extension headers of IPv6, as ipv6_find_hdr() walks them (net/ipv6/exthdrs_core.c): sets
// proto, frag_off, l4 and the fields of the first header of each kind.
void read_extensions(Packet& packet);

// The transport header, when the packet has one and is no later fragment.
void read_transport(Packet& packet);

// The authentication header at `at`, when its fixed part is there.
void read_ah(Packet& packet, std::size_t at);

// The check of hop-by-hop options on arrival (net/ipv6/exthdrs.c, ipv6_parse_hopopts).
struct HopByHop {
  std::string_view fault;         // empty: taken
  std::size_t jumbo_payload = 0;  // RFC 2675; 0 without the option
};
HopByHop check_hop_by_hop(const Packet& packet);

}  // namespace fwsim
