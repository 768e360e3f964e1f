// TCP segments of the host itself: header and options as tcp_output.c writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "simulator/own_packet.hh"
#include "simulator/packet.hh"
#include "simulator/tcp_options.hh"

namespace fwsim {

struct OwnSegment {
  std::uint16_t sport = 0, dport = 0;
  std::uint32_t seq = 0, ack = 0;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;
  std::vector<std::uint8_t> options;  // a multiple of 4 bytes
};

// What one side offers in its options, and what they say of the time.
struct TcpOffer {
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> wscale;
  bool sack = false;
  bool timestamp = false;
  std::uint32_t ts_value = 0, ts_echo = 0;
};

Packet make_segment(const OwnHeader& header, const OwnSegment& segment, const World& world);
// In the order of the kernel's own SYNs; padded to whole words.
std::vector<std::uint8_t> offer_bytes(const TcpOffer& offer);
// Of a whole TCP header; options behind a malformed one do not count.
TcpOffer read_offer(Bytes tcp);

}  // namespace fwsim
