// Words that `nft -j` prints for constants (libnftables-json(5)), and the numbers that they stand for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fwsim::nft_json {

// How the values of an expression are written.
enum class As : std::uint8_t {
  number,
  address,
  device,        // a name; a star at the end stands for any rest
  mac,
  protocol,      // of layer 4
  icmp_type,
  icmp_code,
  icmpv6_type,
  icmpv6_code,
  dscp,
  ecn,
  tcp_flags,
  state,         // of ct state: bit n is the value n of Field::ct_state
  status,
  direction,
  packet_type,
  address_type,
  tc_class,      // "1:2", hexadecimal
  group,
  dccp_type,
  exists
};

// Flags of which `match` with the operator "in" asks for any.
constexpr bool is_bits(As as) { return as == As::tcp_flags || as == As::state || as == As::status; }

// Flags are told as a bit, all others as their number. Decimal and hexadecimal numbers are read in any place.
std::optional<std::uint64_t> number_of(As as, std::string_view word);

}  // namespace fwsim::nft_json
