// What the receiver of a packet sends back, by its nature: SYN-ACK, echo reply, a datagram.
#pragma once

#include <optional>
#include <string>

#include "simulator/packet.hh"

namespace fwsim {

// Decoded, with correct checksums and without the note of any host. Nothing, with the reason, where nothing comes back.
std::optional<Packet> answer_to(const Packet& packet, std::string& why);

// The packet as it is on a wire: its bytes, without what a host noted beside them.
Packet on_wire(const Packet& packet);

}  // namespace fwsim
