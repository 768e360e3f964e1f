#include "simulator/tuple.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace fwsim {
namespace {

constexpr unsigned no_next_header = 59;

constexpr unsigned icmp = 1, tcp = 6, udp = 17, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;

bool has_ports(unsigned proto) { return proto == tcp || proto == udp || proto == udplite || proto == sctp; }

// ICMP queries and the types of their answers.
struct Pair {
  std::uint8_t query, answer;
};
constexpr std::array<Pair, 4> v4_pairs{{{8, 0}, {13, 14}, {15, 16}, {17, 18}}};
constexpr std::array<Pair, 2> v6_pairs{{{128, 129}, {139, 140}}};

std::optional<std::uint8_t> answer_type(unsigned proto, unsigned type) {
  const auto look = [&](const auto& pairs) -> std::optional<std::uint8_t> {
    for (const Pair& pair : pairs) {
      if (pair.query == type) return pair.answer;
      if (pair.answer == type) return pair.query;
    }
    return std::nullopt;
  };
  return proto == icmp ? look(v4_pairs) : look(v6_pairs);
}

}  // namespace

bool is_icmp_query(Family family, unsigned type) {
  if (family == Family::v4)
    return std::any_of(v4_pairs.begin(), v4_pairs.end(), [&](const Pair& p) { return p.query == type; });
  return std::any_of(v6_pairs.begin(), v6_pairs.end(), [&](const Pair& p) { return p.query == type; });
}

bool is_icmp_error_type(Family family, unsigned type) {
  if (family == Family::v4) return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
  return type < 128 || type == 137;
}

std::optional<Tuple> read_tuple(Family family, u128 src, u128 dst, unsigned proto, Bytes l4) {
  Tuple t{.family = family, .src = src, .dst = dst, .proto = static_cast<std::uint8_t>(proto)};
  if (has_ports(proto)) {
    if (l4.size() < 4) return std::nullopt;
    t.sport = be16(l4, 0);
    t.dport = be16(l4, 2);
  } else if (proto == icmp || proto == icmpv6) {
    if (l4.size() < 8) return std::nullopt;
    t.sport = be16(l4, 4);
    t.dport = be16(l4, 0);
  } else if (proto == gre) {
    if ((be16(l4, 0) & 7) == 1 && l4.size() >= 8) {  // PPTP: the call id of the receiver is the key
      if (be16(l4, 2) != 0x880b) return std::nullopt;
      t.dport = be16(l4, 6);
    }
  }
  return t;
}

bool is_icmp_error(const Packet& packet) {
  return packet.protocol == (packet.family == Family::v4 ? icmp : icmpv6) && packet.fields.has(Field::icmp) &&
         is_icmp_error_type(packet.family, static_cast<unsigned>(packet.fields.number(Field::icmp) >> 8));
}

std::string to_text(const Tuple& t) {
  const std::string ports = has_ports(t.proto) ? fmt::format(" sport={} dport={}", t.sport, t.dport)
                            : t.proto == icmp || t.proto == icmpv6
                                ? fmt::format(" type={} code={} id={}", t.dport >> 8, t.dport & 0xff, t.sport)
                                : std::string();
  return fmt::format("src={} dst={}{}", address_text(t.family, t.src), address_text(t.family, t.dst), ports);
}

std::optional<Tuple> inverted(const Tuple& t) {
  Tuple r = t;
  std::swap(r.src, r.dst);
  if (t.proto == icmp || t.proto == icmpv6) {
    const auto type = answer_type(t.proto, t.dport >> 8);
    if (!type) return std::nullopt;
    r.dport = static_cast<std::uint16_t>((*type << 8) | (t.dport & 0xff));
    return r;
  }
  std::swap(r.sport, r.dport);
  return r;
}

std::optional<Tuple> tuple_of(const Packet& packet) {
  if (!packet.l4_known || packet.fields.number(Field::frag_off) != 0) return std::nullopt;
  // "No next header" has no transport (ipv6_skip_exthdr).
  if (packet.family == Family::v6 && packet.protocol == no_next_header) return std::nullopt;
  return read_tuple(packet.family, packet.fields.get(Field::src), packet.fields.get(Field::dst), packet.protocol,
                    packet.transport());
}

}  // namespace fwsim
