// HMARK: a mark from a hash of addresses and ports, the same for both directions
// (net/netfilter/xt_HMARK.c).
#include <algorithm>
#include <cstdint>
#include <optional>

#include "simulator/conntrack.hh"
#include "simulator/effect.hh"
#include "simulator/jhash.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, dccp = 33, esp = 50, ah = 51, icmpv6 = 58, sctp = 132, udplite = 136;
constexpr unsigned hop_opts = 0, routing = 43, fragment = 44, dst_opts = 60;

struct Settings {
  u128 src_mask = 0, dst_mask = 0;
  std::uint32_t port_mask = 0, port_set = 0;  // source port high, or the SPI
  std::uint32_t proto_mask = 0, start = 0, modulus = 1, offset = 0;
  bool connection = false;
};

struct Hashed {
  std::uint32_t src = 0, dst = 0, ports = 0, proto = 0;
};

Settings read_settings(const TargetUse& use, Family family) {
  const auto number = [&](std::string_view option) { return static_cast<std::uint32_t>(use.number(option)); };
  const auto mask = [&](std::string_view option) {
    return use.has(option) ? prefix_mask(family, number(option)) : u128{0};
  };
  Settings s{.src_mask = mask("hmark-src-prefix"), .dst_mask = mask("hmark-dst-prefix")};
  s.port_mask = number("hmark-spi-mask") | (number("hmark-sport-mask") << 16) | number("hmark-dport-mask");
  s.port_set = number("hmark-spi") | (number("hmark-sport") << 16) | number("hmark-dport");
  s.proto_mask = number("hmark-proto-mask");
  s.start = number("hmark-rnd");
  s.modulus = std::max(1U, number("hmark-mod"));
  s.offset = number("hmark-offset");
  s.connection = use.has("hmark-tuple");
  return s;
}

// IPv6 addresses count as the xor of their four words.
std::uint32_t address_word(u128 address, u128 mask) {
  address &= mask;
  return static_cast<std::uint32_t>(address ^ (address >> 32) ^ (address >> 64) ^ (address >> 96));
}

std::uint32_t sorted_ports(std::uint32_t ports, const Settings& s) {
  ports = (ports & s.port_mask) | s.port_set;
  const std::uint32_t src = ports >> 16, dst = ports & 0xffff;
  return dst > src ? (dst << 16) | src : (src << 16) | dst;
}

std::uint32_t mark_of(const Hashed& h, const Settings& s) {
  const std::uint32_t hash = jhash3(std::min(h.src, h.dst), std::max(h.src, h.dst), h.ports, s.start);
  return scaled(hash ^ (h.proto & s.proto_mask), s.modulus) + s.offset;
}

// Where the ports or the SPI are behind the start of the transport header.
std::optional<std::size_t> ports_offset(unsigned protocol) {
  switch (protocol) {
    case tcp:
    case udp:
    case dccp:
    case esp:
    case sctp:
    case udplite: return 0;
    case ah: return 4;
    default: return std::nullopt;
  }
}

void add_ports(Hashed& h, Bytes bytes, std::size_t at, const Settings& s) {
  const auto offset = ports_offset(h.proto);
  if (!offset || at + *offset + 4 > bytes.size()) return;
  h.ports = sorted_ports(be32(bytes, at + *offset), s);
}

// An ICMP error stands for the packet that it quotes.
std::optional<Hashed> hash_v4(Bytes bytes, const Settings& s) {
  const auto header = [&](std::size_t at) { return at + static_cast<std::size_t>(byte_at(bytes, at) & 15) * 4; };
  std::size_t ip = 0;
  if (byte_at(bytes, 9) == icmp && header(0) + 8 <= bytes.size()) {
    const std::uint8_t type = bytes[header(0)];
    if (type == 3 || type == 4 || type == 5 || type == 11 || type == 12) ip = header(0) + 8;
  }
  if (ip + 20 > bytes.size()) return std::nullopt;
  Hashed h{.src = address_word(be32(bytes, ip + 12), s.src_mask),
           .dst = address_word(be32(bytes, ip + 16), s.dst_mask)};
  h.proto = bytes[ip + 9];
  const bool fragmented = (be16(bytes, ip + 6) & 0x3fff) != 0;
  if (h.proto != icmp && !fragmented) add_ports(h, bytes, header(ip), s);
  return h;
}

struct Found {
  unsigned protocol = 0;
  std::size_t at = 0;
  bool fragmented = false;
};

// Behind the extension headers of the IPv6 header at `at`; an authentication header counts as the end.
std::optional<Found> walk_v6(Bytes bytes, std::size_t at) {
  if (at + 40 > bytes.size()) return std::nullopt;
  Found f{.protocol = bytes[at + 6], .at = at + 40};
  const auto steps_over = [](unsigned header) {
    return header == hop_opts || header == routing || header == fragment || header == dst_opts;
  };
  while (steps_over(f.protocol)) {
    if (f.at + 8 > bytes.size()) return std::nullopt;
    std::size_t size = (bytes[f.at + 1] + std::size_t{1}) * 8;
    if (f.protocol == fragment) {
      f.fragmented = true;
      size = 8;
      const unsigned next = bytes[f.at];
      if ((be16(bytes, f.at + 2) & 0xfff8) != 0) {
        if (steps_over(next) || next == ah) return std::nullopt;
        f.protocol = next;
        return f;
      }
    }
    f.protocol = bytes[f.at];
    f.at += size;
  }
  return f;
}

std::optional<Hashed> hash_v6(Bytes bytes, const Settings& s) {
  std::size_t ip = 0;
  auto found = walk_v6(bytes, 0);
  if (!found) return Hashed{};
  const bool error = found->protocol == icmpv6 && !found->fragmented && found->at + 8 <= bytes.size() &&
                     bytes[found->at] != 0 && bytes[found->at] < 128;
  if (error) {
    ip = found->at + 8;
    found = walk_v6(bytes, ip);
    if (!found) return std::nullopt;
  }
  Hashed h{.src = address_word(address_at(Family::v6, bytes, ip + 8), s.src_mask),
           .dst = address_word(address_at(Family::v6, bytes, ip + 24), s.dst_mask)};
  h.proto = found->protocol;
  if (h.proto != icmpv6 && !found->fragmented) add_ports(h, bytes, found->at, s);
  return h;
}

// The original source and the source of the replies, which is the translated destination.
std::optional<Hashed> hash_connection(const Packet& packet, const Settings& s) {
  if (!packet.ct) return std::nullopt;
  const Tuple original = packet.ct->original(), reply = packet.ct->reply();
  Hashed h{.src = address_word(original.src, s.src_mask), .dst = address_word(reply.src, s.dst_mask)};
  h.proto = original.proto;
  if (h.proto != icmp) h.ports = sorted_ports((std::uint32_t{original.sport} << 16) | reply.sport, s);
  return h;
}

std::unique_ptr<Target> make(const TargetUse& use, Family family, World&) {
  return make_effect([s = read_settings(use, family)](Packet& packet, const Where&, World&) {
    const auto hashed = s.connection                  ? hash_connection(packet, s)
                        : packet.family == Family::v4 ? hash_v4(packet.all(), s)
                                                      : hash_v6(packet.all(), s);
    if (hashed) set_field(packet, Field::mark, mark_of(*hashed, s));
    return Outcome::next_rule;
  });
}

}  // namespace

extern const TargetKind effect_HMARK{"HMARK", make};

}  // namespace fwsim
