// The flags of a TCP header, and the walk over its options as TCPMSS, TCPOPTSTRIP and SYNPROXY do it
// (RFC 9293, 3.1).
#pragma once

#include <cstddef>
#include <cstdint>

#include "simulator/packet.hh"

namespace fwsim {

namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10, urg = 0x20, ece = 0x40,
                              cwr = 0x80;
}

// What asks for a connection, and belongs to none yet.
constexpr bool is_bare_syn(std::uint8_t flags) {
  return (flags & (tcp_flag::fin | tcp_flag::syn | tcp_flag::rst | tcp_flag::ack)) == tcp_flag::syn;
}

inline constexpr std::uint8_t tcp_eol = 0, tcp_nop = 1, tcp_mss_kind = 2, tcp_wscale_kind = 3, tcp_sack_perm_kind = 4,
                              tcp_sack_kind = 5, tcp_timestamp_kind = 8;
inline constexpr std::size_t tcp_mss_size = 4;

// Of a transport header with at least 13 bytes.
inline std::size_t tcp_header_size(Bytes tcp) { return static_cast<std::size_t>(tcp[12] >> 4) * 4; }

// Bytes of the option at `at`; a length of 0 counts as 1.
inline std::size_t tcp_option_size(Bytes tcp, std::size_t at) {
  const std::uint8_t size = byte_at(tcp, at + 1);
  return byte_at(tcp, at) <= tcp_nop || size == 0 ? 1 : size;
}

}  // namespace fwsim
