// Packets that the host makes itself, as the kernel's stack fills their headers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simulator/packet.hh"

namespace fwsim {

struct World;

struct OwnHeader {
  Family family = Family::v4;
  std::uint8_t protocol = 6;
  u128 src = 0, dst = 0;      // src 0: the engine chooses it by the route
  std::uint8_t tos = 0;       // traffic class
  bool whole = true;          // DF
  std::uint16_t id = 0;
};

// Its TTL; its hop limit is that of the device it leaves by (ip4_dst_hoplimit, ip6_dst_hoplimit).
std::uint8_t own_ttl(Family family, u128 dst, const World& world);
// The IP header, and zeros where the transport header and payload of that size will be.
Packet start_packet(const OwnHeader& header, std::size_t size, const World& world);
// Computes checksums and decodes, when all bytes are written.
void finish_packet(Packet& packet);

}  // namespace fwsim
