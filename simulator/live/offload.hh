// What the sender's kernel left to a network card: the checksum, and cutting a long packet into segments.
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

}  // namespace fwsim
