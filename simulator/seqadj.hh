// Sequence numbers after a helper changed the length of what was sent (net/netfilter/nf_conntrack_seqadj.c).
#pragma once

#include <cstdint>

#include "simulator/conntrack.hh"
#include "simulator/packet.hh"

namespace fwsim {

// From the packet with this sequence number on, its direction is `off` bytes longer.
void set_seq_adjust(CtEntry& entry, bool reply, std::uint32_t seq, std::int32_t off);
// By how much this sequence number of one direction is moved on the wire.
std::int32_t seq_offset(const CtEntry& entry, bool reply, std::uint32_t seq);
// Moves the packet's sequence, acknowledgement and SACK numbers. False: its options are malformed.
bool adjust_seq(Packet& packet);

}  // namespace fwsim
