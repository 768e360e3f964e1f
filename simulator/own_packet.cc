#include "simulator/own_packet.hh"

#include <fmt/format.h>

#include "simulator/routing.hh"
#include "simulator/world.hh"

namespace fwsim {

std::uint8_t own_ttl(Family family, u128 dst, const World& world) {
  const Host& host = world.host;
  if (family == Family::v4) return static_cast<std::uint8_t>(host.sysctl("net.ipv4.ip_default_ttl", 64));
  const long long usual = host.sysctl("net.ipv6.conf.default.hop_limit", 64);
  if (!world.routing) return static_cast<std::uint8_t>(usual);
  const std::string device = world.routing->output({.family = family, .dst = dst}).device;
  return static_cast<std::uint8_t>(host.sysctl(fmt::format("net.ipv6.conf.{}.hop_limit", device), usual));
}

Packet start_packet(const OwnHeader& header, std::size_t size, const World& world) {
  const bool v4 = header.family == Family::v4;
  const std::size_t ip = v4 ? 20 : 40;
  Packet packet;
  packet.family = header.family;
  packet.time = world.now;
  packet.locally_sent = true;
  packet.l4 = ip;
  auto& b = packet.bytes;
  b.assign(ip + size, 0);
  if (v4) {
    b[0] = 0x45;
    b[1] = header.tos;
    put16(b, 2, b.size());
    put16(b, 4, header.id);
    b[6] = header.whole ? 0x40 : 0;
    b[8] = own_ttl(header.family, header.dst, world);
    b[9] = header.protocol;
  } else {
    put32(b, 0, 0x60000000U | (std::uint32_t{header.tos} << 20));
    put16(b, 4, size);
    b[6] = header.protocol;
    b[7] = own_ttl(header.family, header.dst, world);
  }
  put_address(header.family, b, v4 ? 12 : 8, header.src);
  put_address(header.family, b, v4 ? 16 : 24, header.dst);
  return packet;
}

void finish_packet(Packet& packet) {
  decode(packet);
  fix_checksums(packet, true);
  decode(packet);
}

}  // namespace fwsim
