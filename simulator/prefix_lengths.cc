#include "simulator/prefix_lengths.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr unsigned most_bits = 24;   // 64 MiB
constexpr std::size_t few = 256;     // for which the tries are all in the cache
constexpr unsigned octets_of_v6 = 128 / 8 + 1;

}  // namespace

void PrefixLengths::reset(Family family, std::size_t networks) {
  *this = {};
  room_ = few;
  if (networks <= few) return;
  bits_ = std::min(most_bits, static_cast<unsigned>(std::bit_width(networks - 1)));
  room_ = bits_ == most_bits ? SIZE_MAX : std::size_t{1} << bits_;
  if (family == Family::v4) {
    cells_.resize(std::size_t{1} << bits_);
  } else {
    bits_ += 2;   // so that most cells are of nobody
    octets_.resize(std::size_t{1} << bits_);
  }
}

std::size_t PrefixLengths::octet_cell(u128 address, unsigned n) const {
  const u128 first = n == 0 ? u128{0} : address >> (128 - 8 * n);
  std::uint64_t x = (static_cast<std::uint64_t>(first) + n) * 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 32) ^ static_cast<std::uint64_t>(first >> 64)) * 0xbf58476d1ce4e5b9ULL;
  return static_cast<std::size_t>((x ^ (x >> 29)) * 0x94d049bb133111ebULL >> (64 - bits_));
}

void PrefixLengths::add(u128 network, unsigned length) {
  ++counts_[length];
  used_.add(length);
  if (!octets_.empty()) {
    std::uint8_t& lengths = octets_[octet_cell(network, length / 8)];
    lengths = static_cast<std::uint8_t>(lengths | 1U << (length % 8));
  }
  if (cells_.empty() || length == 0) return;
  const std::uint32_t bit = std::uint32_t{1} << (length - 1);
  const auto first = cells_.begin() + static_cast<std::ptrdiff_t>(cell(network));
  if ((*first & bit) != 0) return;   // then it is in all cells of this network
  const auto count = std::ptrdiff_t{1} << (length < bits_ ? bits_ - length : 0);
  std::for_each(first, first + count, [bit](std::uint32_t& lengths) { lengths |= bit; });
}

LengthSet PrefixLengths::of(u128 address) const {
  LengthSet lengths = used_;
  if (!cells_.empty()) lengths.keep_of_short(std::uint64_t{cells_[cell(address)]} << 1 | 1);
  if (!octets_.empty())
    for (unsigned n = 0; n < octets_of_v6; ++n)
      if (lengths.octet(n) != 0) lengths.keep_of_octet(n, octets_[octet_cell(address, n)]);
  return lengths;
}

}  // namespace fwsim
