// Sets of atoms: how many there are, and which.
#include <doctest/doctest.h>

#include "lint/atoms.hh"

using namespace fwsim;

TEST_CASE("the size of a set of atoms is that of its intervals") {
  CHECK(AtomSet().size() == 0);
  CHECK(AtomSet(3, 9).size() == 7);
  CHECK(AtomSet::of({{1, 2}, {5, 5}, {8, 10}}).size() == 6);
  CHECK(AtomSet::of({{1, 2}, {5, 5}, {8, 10}}).intervals().size() == 3);
}
