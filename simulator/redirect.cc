#include "simulator/redirect.hh"

#include <algorithm>

#include "simulator/address_scope.hh"
#include "simulator/bridge.hh"
#include "simulator/routing.hh"

namespace fwsim {
namespace {

constexpr std::size_t header = 40, message = 40, longest = 1280;
constexpr std::uint8_t redirect_type = 137, redirected_header = 4, icmpv6 = 58;

std::optional<u128> link_local_of(const Host& host, const std::string& device) {
  if (const Interface* i = host.find(device))
    for (const InterfaceAddress& a : i->addresses)
      if (a.family == Family::v6 && is_link_local_v6(a.address)) return a.address;
  return std::nullopt;
}

}  // namespace

std::optional<Packet> make_redirect_v6(const Packet& packet, const std::string& device, u128 target, const World& world) {
  const auto source = link_local_of(world.host, device);
  const u128 sender = packet.fields.get(Field::src), dst = packet.fields.get(Field::dst);
  if (!source || !world.routing || (target != dst && !is_link_local_v6(target))) return std::nullopt;
  const RouteResult back = world.routing->output({.family = Family::v6, .src = *source, .dst = sender, .out = device});
  if (back.kind != RouteResult::Kind::out || back.gateway) return std::nullopt;

  const auto mac = mac_of_neighbour(world.host, Family::v6, target, device);
  const std::size_t address = mac ? 8 : 0;   // option "target link-layer address"
  // The redirected packet, with the option's own 8 bytes in whole units of 8.
  const std::size_t option = std::min(longest - header - message - address, packet.bytes.size() + 8) & ~std::size_t{7};
  Packet answer;
  answer.family = Family::v6;
  answer.time = packet.time;
  answer.locally_sent = true;
  auto& b = answer.bytes;
  b.assign(header + message + address + option, 0);
  b[0] = 0x60;
  put16(b, 4, b.size() - header);
  b[6] = icmpv6;
  b[7] = 255;
  put_address(Family::v6, b, 8, *source);
  put_address(Family::v6, b, 24, sender);
  b[header] = redirect_type;
  put_address(Family::v6, b, header + 8, target);
  put_address(Family::v6, b, header + 24, dst);
  std::size_t at = header + message;
  if (mac) {
    put16(b, at, 0x0201);
    put16(b, at + 2, *mac >> 32);
    put32(b, at + 4, *mac);
    at += address;
  }
  b[at] = redirected_header;
  b[at + 1] = static_cast<std::uint8_t>(option / 8);
  std::copy_n(packet.bytes.begin(), option - 8, b.begin() + static_cast<std::ptrdiff_t>(at + 8));
  decode(answer);
  fix_checksums(answer);
  decode(answer);
  return answer;
}

}  // namespace fwsim
