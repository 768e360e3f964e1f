// Bob Jenkins' lookup3 hash as include/linux/jhash.h defines it: NAT address choice, HMARK,
// -m cluster and NFQUEUE --queue-balance depend on its exact values.
#pragma once

#include <cstdint>
#include <span>

namespace fwsim {

// jhash2: an array of 32-bit words.
std::uint32_t jhash_words(std::span<const std::uint32_t> words, std::uint32_t initial);
// jhash_3words, jhash_2words and jhash_1word: the same of so many words.
std::uint32_t jhash3(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t initial);
std::uint32_t jhash2(std::uint32_t a, std::uint32_t b, std::uint32_t initial);
std::uint32_t jhash1(std::uint32_t a, std::uint32_t initial);

// reciprocal_scale: maps a hash to 0..n-1.
constexpr std::uint32_t scaled(std::uint32_t hash, std::uint32_t n) {
  return static_cast<std::uint32_t>((std::uint64_t{hash} * n) >> 32);
}

// A 32-bit word of a packet as a little-endian host loads it from network order.
constexpr std::uint32_t raw_load(std::uint32_t network_order) {
  return ((network_order & 0xff) << 24) | ((network_order & 0xff00) << 8) | ((network_order >> 8) & 0xff00) |
         (network_order >> 24);
}

}  // namespace fwsim
