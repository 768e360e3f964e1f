// The way over the extension headers of an IPv6 packet that the matches frag, hbh, dst, rt and ah go
// to find theirs (net/ipv6/exthdrs_core.c, ipv6_find_hdr; model/matches/ipv6header.hh).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "simulator/packet.hh"

namespace fwsim {

inline constexpr unsigned next_hop_opts = 0, next_routing = 43, next_fragment = 44, next_ah = 51, next_none = 59,
                          next_dst_opts = 60;

// ipv6_ext_hdr()
constexpr bool is_ipv6_extension(unsigned header) {
  return header == next_hop_opts || header == next_routing || header == next_fragment || header == next_ah ||
         header == next_none || header == next_dst_opts;
}

// Offset of the first header of this kind, when its first two bytes are there.
std::optional<std::size_t> find_ipv6_header(const Packet& packet, unsigned kind);

// Field::ipv6_bad_exts. Bytes that only the capture did not keep are not held against the packet.
std::uint64_t bad_ipv6_headers(const Packet& packet);

}  // namespace fwsim
