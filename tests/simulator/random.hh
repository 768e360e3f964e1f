// Draws for tests, the same for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace fwsim::test {

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  unsigned below(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(engine_); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  const T& one(const std::vector<T>& list) {
    return list[below(static_cast<unsigned>(list.size()))];
  }

 private:
  std::mt19937 engine_;
};

}  // namespace fwsim::test
