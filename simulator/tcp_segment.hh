// A TCP segment as connection tracking reads it: numbers, flags and the options that matter
// (nf_conntrack_proto_tcp.c: segment_seq_plus_len, tcp_options, tcp_sack).
#pragma once

#include <cstdint>

#include "simulator/packet.hh"
#include "simulator/tcp_options.hh"

namespace fwsim {

// What the flags make of a segment (enum tcp_bit_set).
enum class TcpKind : std::uint8_t { syn, synack, fin, ack, rst, none };

struct TcpSegment {
  std::uint32_t seq = 0, end = 0;  // end: seq and what the segment takes of the number space
  std::uint32_t ack = 0;
  std::uint32_t sack = 0;          // the highest edge that a SACK option names above ack; else ack
  std::uint16_t window = 0;
  std::uint8_t flags = 0, scale = 0;
  TcpKind kind = TcpKind::none;
  bool has_options = false, has_scale = false, sack_permitted = false;
  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

TcpKind tcp_kind(std::uint8_t flags);
// `tcp`: from its header on, as far as it was captured; `length`: bytes of header and payload.
TcpSegment read_tcp_segment(Bytes tcp, std::size_t length);
TcpSegment read_tcp_segment(const Packet& packet);

// Whether a is before b in the circle of sequence numbers.
inline bool seq_before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }
inline bool seq_after(std::uint32_t a, std::uint32_t b) { return seq_before(b, a); }

}  // namespace fwsim
