// What a kernel leaves to the network card, done here: the checksum, and cutting a long packet into segments.
#pragma once

#include <vector>

#include "simulator/packet.hh"

namespace fwsim {

struct Offload {
  bool checksum = false;   // that of the transport header is still to be computed
  unsigned segment = 0;    // bytes of payload in each segment; 0: the packet is none to be cut
};

// The packets as they are on the wire, decoded: one, or TCP's or UDP's segments. `packet` has been decoded.
std::vector<Packet> finish_offload(Packet packet, const Offload& offload);

// TCP segments that a device carries whose MTU is `mtu` bytes: of a copy that nobody cuts later. Other packets as they are.
std::vector<Packet> cut_to(Packet packet, unsigned mtu);

// Where nothing tells what is left to do (libpcap): a transport checksum that holds the sum of the pseudo header alone
// (CHECKSUM_PARTIAL), as of what the host sends and what comes from its other namespaces and guests, is completed.
void complete_checksum(Packet& packet);

}  // namespace fwsim
