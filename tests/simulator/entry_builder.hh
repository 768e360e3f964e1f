// Connections for tests that have no table.
#pragma once

#include "simulator/ct_pool.hh"

namespace fwsim::test {

inline CtRef make_entry(const Tuple& original = {.src = 1, .dst = 2, .sport = 3, .dport = 4, .proto = 6}) {
  static const CtPool::Owner pool = CtPool::create();
  return pool->make(original, inverted(original).value_or(original));
}

}  // namespace fwsim::test
