// Taking a packet apart to fit its device, after POSTROUTING: IPv4 wherever DF allows it, IPv6 only
// what the host itself sends and what was put together here (ip_do_fragment, ip6_fragment).
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "simulator/packet.hh"

namespace fwsim {

struct Split {
  enum class Kind : std::uint8_t {
    whole,    // goes out as it is
    parts,    // goes out as `fragments`
    too_big,  // dropped; the sender is told `mtu`
    no_room   // dropped in silence: not even 8 bytes of payload fit
  };
  Kind kind = Kind::whole;
  unsigned mtu = 0;
  std::vector<Packet> fragments;
};

inline constexpr unsigned least_mtu_v6 = 1280;   // IPv6 takes no less of any way (RFC 8200)

// `mtu` of the route. IPv6 fragments get an identification from `random`, as the kernel's do.
Split split(const Packet& packet, unsigned mtu, std::mt19937_64& random);

// Before FORWARD: whether the packet is too long for the way, and must not be taken apart.
bool exceeds(const Packet& packet, unsigned mtu);

}  // namespace fwsim
