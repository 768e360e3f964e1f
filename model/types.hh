// The smallest nouns: families, 128-bit words and ranges of them.
// Addresses and interface names are both 128-bit words, so one comparison serves both:
// an IPv4 address sits in the low 32 bits, a name in its 16 bytes, first character highest.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fwsim {

__extension__ typedef unsigned __int128 u128;

inline constexpr u128 all_ones = ~u128{0};

enum class Family : std::uint8_t { v4, v6 };

constexpr unsigned address_bits(Family family) { return family == Family::v4 ? 32 : 128; }
constexpr u128 address_mask(Family family) {
  return family == Family::v4 ? u128{0xffffffff} : all_ones;
}
constexpr u128 make_u128(std::uint64_t high, std::uint64_t low) { return (u128{high} << 64) | low; }

// Netmask of the leading `length` bits (0..32 or 0..128).
constexpr u128 prefix_mask(Family family, unsigned length) {
  const unsigned bits = address_bits(family);
  if (length == 0) return 0;
  if (length >= bits) return address_mask(family);
  return address_mask(family) & ~((u128{1} << (bits - length)) - 1);
}

// Leading ones of a contiguous netmask, or -1 when it has holes (iptables allows those).
constexpr int prefix_length(Family family, u128 mask) {
  for (unsigned n = 0; n <= address_bits(family); ++n)
    if (prefix_mask(family, n) == mask) return static_cast<int>(n);
  return -1;
}

struct Range {  // inclusive
  u128 low = 0;
  u128 high = 0;
  bool operator==(const Range&) const = default;
  constexpr bool contains(u128 x) const { return low <= x && x <= high; }
};

// IFNAMSIZ - 1: the longest interface name the kernel takes.
inline constexpr std::size_t max_interface_name = 15;

// A name as a word; more than 16 characters are cut (callers check the length).
constexpr u128 name_word(std::string_view name) {
  u128 word = 0;
  for (std::size_t i = 0; i < 16; ++i)
    word = (word << 8) | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  return word;
}
constexpr std::string_view::size_type name_length(u128 word) {
  std::size_t n = 0;
  while (n < 16 && ((word >> (8 * (15 - n))) & 0xff) != 0) ++n;
  return n;
}
std::string name_text(u128 word);
// Mask of the first `bytes` characters of a name word (0..16), and back.
constexpr u128 name_mask(unsigned bytes) { return bytes == 0 ? u128{0} : all_ones << (8 * (16 - bytes)); }
constexpr std::uint8_t mask_bytes(u128 mask) {
  return static_cast<std::uint8_t>((std::popcount(static_cast<std::uint64_t>(mask)) + std::popcount(static_cast<std::uint64_t>(mask >> 64))) / 8);
}

// Canonical text of an address, as inet_ntop(3) writes it (RFC 5952 for IPv6).
std::string address_text(Family family, u128 address);

struct Counters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  bool operator==(const Counters&) const = default;
};

}  // namespace fwsim
