// The prefix lengths of the networks of a set, and under which of them an address may be found. The kernel
// tries them all, one after the other, the longest first (mtype_test_cidrs); of ten million networks each try is
// an access to memory, and most are in vain.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "model/large_memory.hh"
#include "model/types.hh"

namespace fwsim {

// Lengths from 0 to 128.
class LengthSet {
 public:
  void add(unsigned length) { words_[length / 64] |= bit(length); }
  void remove(unsigned length) { words_[length / 64] &= ~bit(length); }
  // The longest one that is shorter than `limit` (1 to 129); -1 when there is none.
  int below(unsigned limit) const {
    unsigned word = (limit - 1) / 64;
    std::uint64_t left = words_[word] & (~std::uint64_t{0} >> (63 - (limit - 1) % 64));
    while (left == 0 && word > 0) left = words_[--word];
    return left == 0 ? -1 : static_cast<int>(word * 64 + 63) - std::countl_zero(left);
  }
  // Eight lengths, from 8 * n on, as bits; and leaves of them only some.
  std::uint8_t octet(unsigned n) const { return static_cast<std::uint8_t>(words_[n / 8] >> (8 * (n % 8))); }
  void keep_of_octet(unsigned n, std::uint8_t lengths) {
    words_[n / 8] &= ~(std::uint64_t{static_cast<std::uint8_t>(~lengths)} << (8 * (n % 8)));
  }
  // Leaves of the lengths up to 63 only some.
  void keep_of_short(std::uint64_t lengths) { words_[0] &= lengths; }

 private:
  static std::uint64_t bit(unsigned length) { return std::uint64_t{1} << (length % 64); }
  std::array<std::uint64_t, 3> words_{};
};

class PrefixLengths {
 public:
  // Ready for so many networks. Forgets those that were added before: each must be added again.
  void reset(Family family, std::size_t networks);
  // With more than this another reset() is due.
  std::size_t room() const { return room_; }

  void add(u128 network, unsigned length);
  // What an address may be found under stays as it was: that costs a try, no more.
  void remove(unsigned length) {
    if (--counts_[length] == 0) used_.remove(length);
  }

  unsigned longest(unsigned otherwise) const {
    const int length = used_.below(129);
    return length < 0 ? otherwise : static_cast<unsigned>(length);
  }
  // Networks with other lengths do not hold the address.
  LengthSet of(u128 address) const;
  const LengthSet& used() const { return used_; }

 private:
  std::array<std::uint32_t, 129> counts_{};
  LengthSet used_;
  // IPv4: for each value of the first `bits_` bits the lengths of networks there; bit 0 is length 1.
  LargeVector<std::uint32_t> cells_;
  // IPv6: by a hash of the first 8 * n bits the lengths from 8 * n on of networks there.
  LargeVector<std::uint8_t> octets_;
  unsigned bits_ = 0;
  std::size_t room_ = SIZE_MAX;

  std::size_t cell(u128 address) const { return static_cast<std::size_t>(static_cast<std::uint32_t>(address) >> (32 - bits_)); }
  std::size_t octet_cell(u128 address, unsigned n) const;
};

}  // namespace fwsim
