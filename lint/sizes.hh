// Which lengths of whole packets and of what they carry go together: an IPv4 header has 20 to 60 bytes, in fours; what
// IPv6 has before the transport comes in eights (RFC 791, RFC 8200).
#pragma once

#include <vector>

#include "lint/space.hh"

namespace fwsim {

// Makes the space tell lengths apart where headers end. Only where rules ask for the length of packets.
void add_sizes(SpaceBuilder& builder, Family family);
// What no packet is. None where nothing asks for lengths.
std::vector<Pred> size_laws(const Space& space);

}  // namespace fwsim
