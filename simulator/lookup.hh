// How the next rule that matches is looked for: every way gives the same.
#pragma once

#include <cstdint>

namespace fwsim {

enum class Lookup : std::uint8_t {
  one_by_one,     // the reference
  indexed,        // chains that are long and walked often have an index
  always_indexed  // every chain has one, from its first rule and the first packet on: for tests
};

}  // namespace fwsim
