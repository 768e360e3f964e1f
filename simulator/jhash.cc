#include "simulator/jhash.hh"

#include <array>
#include <bit>

namespace fwsim {
namespace {

struct State {
  std::uint32_t a, b, c;

  void mix() {
    a -= c, a ^= std::rotl(c, 4), c += b;
    b -= a, b ^= std::rotl(a, 6), a += c;
    c -= b, c ^= std::rotl(b, 8), b += a;
    a -= c, a ^= std::rotl(c, 16), c += b;
    b -= a, b ^= std::rotl(a, 19), a += c;
    c -= b, c ^= std::rotl(b, 4), b += a;
  }
  std::uint32_t finish() {
    c ^= b, c -= std::rotl(b, 14);
    a ^= c, a -= std::rotl(c, 11);
    b ^= a, b -= std::rotl(a, 25);
    c ^= b, c -= std::rotl(b, 16);
    a ^= c, a -= std::rotl(c, 4);
    b ^= a, b -= std::rotl(a, 14);
    c ^= b, c -= std::rotl(b, 24);
    return c;
  }
};

constexpr std::uint32_t start = 0xdeadbeef;

}  // namespace

std::uint32_t jhash_words(std::span<const std::uint32_t> words, std::uint32_t initial) {
  const std::uint32_t base = start + 4 * static_cast<std::uint32_t>(words.size()) + initial;
  State s{base, base, base};
  for (; words.size() > 3; words = words.subspan(3)) {
    s.a += words[0];
    s.b += words[1];
    s.c += words[2];
    s.mix();
  }
  if (words.empty()) return s.c;
  s.a += words[0];
  if (words.size() > 1) s.b += words[1];
  if (words.size() > 2) s.c += words[2];
  return s.finish();
}

std::uint32_t jhash3(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t initial) {
  return jhash_words(std::array{a, b, c}, initial);
}
std::uint32_t jhash2(std::uint32_t a, std::uint32_t b, std::uint32_t initial) {
  return jhash_words(std::array{a, b}, initial);
}
std::uint32_t jhash1(std::uint32_t a, std::uint32_t initial) { return jhash_words(std::array{a}, initial); }

}  // namespace fwsim
