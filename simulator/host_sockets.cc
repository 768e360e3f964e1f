#include "simulator/host_sockets.hh"

#include <algorithm>
#include <bit>
#include <string>

#include "model/value.hh"
#include "simulator/routing.hh"
#include "simulator/own_segment.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

// What an IPv6 socket sends to ::ffff:a.b.c.d is an IPv4 packet.
Family family_to(const Socket& socket, u128 to) {
  return socket.family == Family::v6 && (to >> 32) == 0xffff ? Family::v4 : socket.family;
}

OwnHeader header_to(const Socket& socket, u128 to, World& world) {
  OwnHeader header{.family = family_to(socket, to), .protocol = socket.proto, .src = socket.address, .dst = to};
  if (header.family == Family::v4) header.src &= 0xffffffff, header.dst &= 0xffffffff;
  header.id = static_cast<std::uint16_t>(world.random());
  return header;
}

void give_owner(Packet& packet, const SocketPtr& socket) {
  packet.fields.set(Field::mark, socket->mark.value_or(0));
  packet.next_device = socket->device;
  attach_socket(packet, socket);
}

}  // namespace

Packet make_datagram(const SocketPtr& socket, u128 to, std::uint16_t port, const std::vector<std::uint8_t>& data,
                     World& world) {
  Packet packet = start_packet(header_to(*socket, to, world), 8 + data.size(), world);
  auto& b = packet.bytes;
  put16(b, packet.l4, socket->port);
  put16(b, packet.l4 + 2, port);
  put16(b, packet.l4 + 4, 8 + data.size());
  std::copy(data.begin(), data.end(), b.begin() + static_cast<std::ptrdiff_t>(packet.l4 + 8));
  finish_packet(packet);
  give_owner(packet, socket);
  return packet;
}

Packet make_connect_syn(const SocketPtr& socket, World& world) {
  const OwnHeader header = header_to(*socket, socket->peer, world);
  unsigned mtu = 1500;
  if (world.routing) mtu = world.routing->output({.family = header.family, .src = header.src, .dst = header.dst}).mtu;
  const unsigned mss = mtu - (header.family == Family::v4 ? 40 : 60);
  const TcpOffer offer{.mss = static_cast<std::uint16_t>(mss), .wscale = window_scale(world.host), .sack = true, .timestamp = true,
                       .ts_value = static_cast<std::uint32_t>(world.random())};
  Packet packet = make_segment(header,
                               {.sport = socket->port,
                                .dport = socket->peer_port,
                                .seq = socket->sequence,
                                .flags = tcp_flag::syn,
                                .window = static_cast<std::uint16_t>(0xffff / mss * mss),
                                .options = offer_bytes(offer)},
                               world);
  give_owner(packet, socket);
  return packet;
}

std::uint8_t window_scale(const Host& host) {
  std::uint64_t largest = 33554432;  // the default of Linux 6.18
  if (const auto found = host.sysctls.find("net.ipv4.tcp_rmem"); found != host.sysctls.end()) {
    const std::string& text = found->second;
    const std::size_t last = text.find_last_of(" \t");
    if (last != text.npos) largest = read_number(text.substr(last + 1)).value_or(largest);
  }
  const int bits = static_cast<int>(std::bit_width(largest)) - 1 - 15;
  return static_cast<std::uint8_t>(std::clamp(bits, 0, 14));
}

std::uint16_t choose_port(World& world) {
  constexpr unsigned first = 32768, last = 60999;
  return static_cast<std::uint16_t>(first + world.random() % (last - first + 1));
}

}  // namespace fwsim
