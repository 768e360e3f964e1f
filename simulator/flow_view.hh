// The headers of a plain packet, where they lie in the frame: whole TCP or UDP in IPv4 or IPv6, in Ethernet, without options of
// IP, extension headers or VLAN tags. Everything else is for decode().
#pragma once

#include <optional>

#include "simulator/sources/source.hh"
#include "simulator/tuple.hh"

namespace fwsim {

struct FlowView {
  Tuple tuple;
  Bytes packet;              // from the IP header on, as far as it was captured
  std::size_t length = 0;    // of the packet, as its header states it
  std::size_t l4 = 0;        // offset of the transport header
  std::uint8_t tos = 0, ttl = 0;
  bool truncated = false;    // its end was not captured: its checksums tell nothing

  Bytes transport() const { return packet.subspan(l4); }
  std::size_t l4_length() const { return length - l4; }   // also of what was not captured
  std::uint8_t tcp_flags() const { return packet[l4 + 13]; }   // of TCP
};

// Nothing for packets that are not plain, or that the kernel's receive path would not take.
std::optional<FlowView> view_flow(const Frame& frame);

}  // namespace fwsim
