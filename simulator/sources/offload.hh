// What devices do for the kernel, undone: frames taken from a device are not always as they are on the wire.
#pragma once

#include "simulator/packet.hh"

namespace fwsim {

// The checksum of a decoded packet that the device still has to compute (CHECKSUM_PARTIAL): of what the host sends, and of
// what comes from another of its network namespaces or guests. It holds the sum of the pseudo header alone, and the kernel
// takes it for right; here it is completed.
void complete_checksum(Packet& packet);

}  // namespace fwsim
