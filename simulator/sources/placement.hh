// Where in the host's life a captured packet was seen: arriving, sent by the host itself, or
// leaving after it was forwarded (and judged when it arrived).
#pragma once

#include <string>

#include "simulator/conntrack.hh"
#include "simulator/packet.hh"
#include "simulator/routing.hh"

namespace fwsim {

enum class Place : std::uint8_t { arrives, sent, leaves, unseen };

struct Placement {
  Place place = Place::arrives;
  std::string device;   // of arrival; empty for the others
  std::string why;      // unseen: why no hook ever sees it
};

// `device`: where it was captured, or "" when the capture does not say. `outbound`: the capture
// says that the packet was on its way out.
Placement place_packet(const Packet& packet, const std::string& device, bool outbound, const Host& host,
                       const Routing& routing, Conntrack& conntrack);

}  // namespace fwsim
