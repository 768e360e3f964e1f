// What must always hold: an assert() that optimised builds keep.
#pragma once

namespace fwsim::fuzz {

inline void check(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace fwsim::fuzz
