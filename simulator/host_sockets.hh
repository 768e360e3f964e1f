// What a program's sockets send (net/ipv4/udp.c, tcp_output.c): for questions and replays in which the
// host itself speaks. Numbers that the kernel chooses at random come from the World.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/host.hh"
#include "simulator/packet.hh"

namespace fwsim {

struct World;

using SocketPtr = std::shared_ptr<const Socket>;

// A datagram to somebody; its source is the socket's, or chosen by the route when that is "any".
Packet make_datagram(const SocketPtr& socket, u128 to, std::uint16_t port, const std::vector<std::uint8_t>& data,
                     World& world);
// The SYN by which a socket in the state "opening" asks its peer.
Packet make_connect_syn(const SocketPtr& socket, World& world);
// The window scale that the host offers: enough for the largest receive buffer (net.ipv4.tcp_rmem).
std::uint8_t window_scale(const Host& host);
// A port as bind() and connect() choose one (net.ipv4.ip_local_port_range).
std::uint16_t choose_port(World& world);

}  // namespace fwsim
