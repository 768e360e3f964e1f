// TCPMSS: lowers the segment size that a SYN announces, or adds one. net/netfilter/xt_TCPMSS.c
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "simulator/effect.hh"
#include "simulator/rewrite.hh"
#include "simulator/routing.hh"
#include "simulator/tcp_options.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

// What a host without the option must be taken to want (RFC 9293, 8200).
constexpr unsigned default_v4 = 536, default_v6 = 1220;
constexpr unsigned default_mtu = 1500;

// `out`: the device that is known to be taken, or empty.
unsigned route_mtu(const World& world, const Packet& packet, u128 to, std::string out) {
  if (!world.routing) return default_mtu;
  const RouteResult route = world.routing->output({.family = packet.family, .dst = to, .out = std::move(out)});
  return route.kind == RouteResult::Kind::out || route.kind == RouteResult::Kind::local ? route.mtu : 0xffffffff;
}

// The smaller of the routes to both ends, less the headers; nothing when that is too small.
std::optional<unsigned> clamped(const World& world, const Packet& packet) {
  const unsigned headers = packet.family == Family::v4 ? 40 : 60;
  const unsigned mtu =
      std::min(route_mtu(world, packet, packet.fields.get(Field::dst), name_text(packet.fields.get(Field::out_if))),
               route_mtu(world, packet, packet.fields.get(Field::src), {}));
  return mtu > headers ? std::optional(std::min(mtu - headers, 0xffffU)) : std::nullopt;
}

std::optional<std::size_t> find_mss(Bytes tcp, std::size_t header) {
  for (std::size_t i = 20; i + tcp_mss_size <= header; i += tcp_option_size(tcp, i))
    if (tcp[i] == tcp_mss_kind && tcp[i + 1] == tcp_mss_size) return i;
  return std::nullopt;
}

void insert_mss(Packet& packet, unsigned mss) {
  auto& b = packet.bytes;
  const std::size_t tcp = packet.l4, check = tcp + 16, length = packet.stated_length() - tcp;
  const auto update = [&](std::size_t from, std::size_t to) {
    put16(b, check, updated_checksum(be16(b, check), static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to)));
  };
  b.insert(b.begin() + static_cast<std::ptrdiff_t>(tcp + 20), {tcp_mss_kind, tcp_mss_size, 0, 0});
  put16(b, tcp + 22, mss);
  update(length, length + tcp_mss_size);  // of the pseudo header
  update(0, be16(b, tcp + 20));
  update(0, be16(b, tcp + 22));
  patch16(b, tcp + 12, static_cast<std::uint16_t>(be16(b, tcp + 12) + 0x1000), check);
  set_length(packet);
}

Outcome apply(Packet& packet, std::optional<unsigned> mss) {
  const Bytes tcp = packet.transport();
  if (!packet.l4_known || tcp.size() < 20) return Outcome::drop;
  const std::size_t header = tcp_header_size(tcp), length = packet.stated_length() - packet.l4;
  if (length < header || header < 20 || tcp.size() < header || !mss) return Outcome::drop;
  if (const auto at = find_mss(tcp, header)) {
    const std::uint16_t old = be16(tcp, *at + 2);
    if (old > *mss) {
      put16(packet.bytes, packet.l4 + *at + 2, *mss);
      const std::size_t check = packet.l4 + 16;
      // Both as words, also where the option begins at an odd byte: there the checksum becomes wrong.
      put16(packet.bytes, check, updated_checksum(be16(packet.bytes, check), old, static_cast<std::uint16_t>(*mss)));
      decode(packet);
    }
    return Outcome::next_rule;
  }
  if (length > header || header >= 60) return Outcome::next_rule;
  insert_mss(packet, std::min(*mss, packet.family == Family::v4 ? default_v4 : default_v6));
  return Outcome::next_rule;
}

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  const bool clamp = use.has("clamp-mss-to-pmtu");
  const auto fixed = static_cast<unsigned>(use.number("set-mss"));
  return make_effect([=](Packet& packet, const Where&, World& world) {
    if (packet.fields.number(Field::frag_off) != 0) return Outcome::next_rule;
    return apply(packet, clamp ? clamped(world, packet) : std::optional(fixed));
  });
}

}  // namespace

extern const TargetKind effect_TCPMSS{"TCPMSS", make};

}  // namespace fwsim
