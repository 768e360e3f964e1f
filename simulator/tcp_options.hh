// Walking over the options of a TCP header as TCPMSS, TCPOPTSTRIP and SYNPROXY do it (RFC 9293, 3.1).
#pragma once

#include <cstddef>
#include <cstdint>

#include "simulator/packet.hh"

namespace fwsim {

inline constexpr std::uint8_t tcp_eol = 0, tcp_nop = 1, tcp_mss_kind = 2, tcp_wscale_kind = 3, tcp_sack_perm_kind = 4,
                              tcp_timestamp_kind = 8;
inline constexpr std::size_t tcp_mss_size = 4;

// Of a transport header with at least 13 bytes.
inline std::size_t tcp_header_size(Bytes tcp) { return static_cast<std::size_t>(tcp[12] >> 4) * 4; }

// Bytes of the option at `at`; a length of 0 counts as 1.
inline std::size_t tcp_option_size(Bytes tcp, std::size_t at) {
  const std::uint8_t size = byte_at(tcp, at + 1);
  return byte_at(tcp, at) <= tcp_nop || size == 0 ? 1 : size;
}

}  // namespace fwsim
