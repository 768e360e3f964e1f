// What the host's own stack answers to a packet that INPUT let through (icmp.c, udp.c, tcp_ipv4.c,
// tcp_input.c and their IPv6 twins): echo replies, unreachable ports and protocols, resets, and the
// handshakes of listening and connecting sockets. Data of connections is not answered here.
#pragma once

#include <string>

#include "simulator/packet.hh"

namespace fwsim {

struct World;

// Adds the answer to world.generated. Returns why it is not known whether there is one; else "".
std::string answer_delivered(const Packet& packet, World& world);

// The part of TCP (host_tcp.cc).
std::string answer_tcp(const Packet& packet, World& world);

// IPv4: the answer gets the options of what it answers, as they come back (ip_send_unicast_reply, icmp_reply).
// False when they cannot: then there is no answer.
bool carry_options_back(Packet& answer, const Packet& question, const World& world);

}  // namespace fwsim
