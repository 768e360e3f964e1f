// Packets for tests, from words of hexadecimal digits.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "simulator/packet.hh"

namespace fwsim::test {

using Octets = std::vector<std::uint8_t>;

// "45 00 0028": blanks do not count.
inline Octets hex(std::string_view text) {
  Octets bytes;
  unsigned value = 0, digits = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    value = value * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    if (++digits % 2 != 0) continue;
    bytes.push_back(static_cast<std::uint8_t>(value));
    value = 0;
  }
  return bytes;
}

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Packet packet_of(Octets bytes) {
  Packet packet;
  packet.family = !bytes.empty() && bytes[0] >> 4 == 6 ? Family::v6 : Family::v4;
  packet.bytes = std::move(bytes);
  return packet;
}

// 192.168.1.10 > 198.51.100.7, TTL 64, id 1, DF unless `fragment` (flags and offset) says otherwise.
inline Packet v4(unsigned protocol, const Octets& payload, unsigned fragment = 0x4000, const Octets& options = {}) {
  Packet packet = packet_of(hex("4500 0000 0001 0000 4000 0000 c0a8010a c6336407") + options + payload);
  packet.bytes[0] = static_cast<std::uint8_t>(0x45 + options.size() / 4);
  put16(packet.bytes, 2, packet.bytes.size());
  put16(packet.bytes, 6, fragment);
  packet.bytes[9] = static_cast<std::uint8_t>(protocol);
  fix_header_checksum(packet);
  return packet;
}

// 2001:db8:1::10 > 2001:db8:2::20, hop limit 64.
inline Packet v6(unsigned next, const Octets& payload) {
  Packet packet =
      packet_of(hex("6000 0000 0000 0040 20010db8000100000000000000000010 20010db8000200000000000000000020") + payload);
  put16(packet.bytes, 4, payload.size());
  packet.bytes[6] = static_cast<std::uint8_t>(next);
  return packet;
}

// Port 1000 to 22, a SYN without options.
inline Octets syn() { return hex("03e8 0016 000003e8 00000000 5002 faf0 0000 0000"); }
// Port 1000 to 53, five bytes.
inline Octets datagram() { return hex("03e8 0035 000d 0000 68656c6c6f"); }

}  // namespace fwsim::test
