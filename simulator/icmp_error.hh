// ICMP and ICMPv6 errors that the host itself sends (icmp_send, icmp6_send): about a packet that
// cannot be forwarded, or for REJECT.
#pragma once

#include <cstdint>
#include <optional>

#include "simulator/packet.hh"

namespace fwsim {

struct World;

// The error about `offender`, ready for sending: its source is 0 (chosen when it is routed) unless
// the offender was sent to this host or the host is told to answer otherwise. Nothing where the
// kernel sends none: for errors, later fragments, broadcasts, multicasts. `rest`: the second word
// (MTU, pointer, gateway).
std::optional<Packet> make_icmp_error(const Packet& offender, unsigned type, unsigned code, std::uint32_t rest,
                                      const World& world);

// Makes the error and puts it on its way, unless there have been too many. True when it goes.
bool send_icmp_error(const Packet& offender, unsigned type, unsigned code, std::uint32_t rest, World& world);

}  // namespace fwsim
