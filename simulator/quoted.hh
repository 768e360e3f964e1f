// The packet that an ICMP error quotes: header and at least 8 bytes, often no more (RFC 792, 4443).
#pragma once

#include <cstddef>
#include <optional>

#include "model/types.hh"
#include "simulator/packet.hh"

namespace fwsim {

struct Quoted {
  std::size_t at = 0;   // offset of the quoted IP header in the packet
  std::size_t l4 = 0;   // offset of its transport header in the packet
  unsigned protocol = 0;
  unsigned frag_off = 0;
  u128 src = 0, dst = 0;
};

// The packet quoted at this offset. Nothing when it is too short, or its extension headers cannot be walked;
// like the kernel this does not look at its version.
std::optional<Quoted> read_quoted(const Packet& packet, std::size_t at);

}  // namespace fwsim
