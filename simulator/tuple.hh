// What tells the packets of one connection from those of others (struct nf_conntrack_tuple).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/types.hh"
#include "simulator/packet.hh"

namespace fwsim {

// One direction of a connection. For ICMP: src port = id, dst port = type * 256 + code.
struct Tuple {
  Family family = Family::v4;
  u128 src = 0;
  u128 dst = 0;
  std::uint16_t sport = 0;
  std::uint16_t dport = 0;
  std::uint8_t proto = 0;
  bool operator==(const Tuple&) const = default;
};
// The tuple of the answers; nothing for ICMP types that have none.
std::optional<Tuple> inverted(const Tuple& tuple);
std::optional<Tuple> tuple_of(const Packet& packet);
// The same from a transport header alone: of the packet that an error quotes.
std::optional<Tuple> read_tuple(Family family, u128 src, u128 dst, unsigned proto, Bytes l4);
std::string to_text(const Tuple& tuple);
// ICMP and ICMPv6 messages about another packet (and redirects); queries that may begin a connection.
bool is_icmp_error(const Packet& packet);
bool is_icmp_error_type(Family family, unsigned type);
bool is_icmp_query(Family family, unsigned type);
inline bool is_icmp_tuple(const Tuple& tuple) { return tuple.proto == 1 || tuple.proto == 58; }

}  // namespace fwsim
