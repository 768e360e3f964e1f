// What becomes of a packet in a queue of NFQUEUE (net/netfilter/nf_queue.c, nfnetlink_queue.c): the
// program that reads it decides, as the host's description says; where none does, the kernel drops,
// or goes on behind this table.
#pragma once

#include <cstdint>

#include "simulator/effect.hh"
#include "simulator/world.hh"

namespace fwsim {

Outcome queue_packet(Packet& packet, std::uint16_t queue, bool bypass, const World& world);

}  // namespace fwsim
