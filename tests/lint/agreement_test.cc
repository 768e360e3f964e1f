// Boxes, Z3 and the simulator agree about random rulesets. `agreement --rulesets 10000` asks more.
#include <doctest/doctest.h>

#include "tests/lint/agreement.hh"

using namespace fwsim::testing;

TEST_CASE("boxes, Z3 and the simulator say the same of random rulesets") {
  Agreement all;
  for (std::uint32_t seed = 1; seed <= 25; ++seed) {
    const Agreement one = compare_random(seed, {.packets = 6});
    for (const std::string& what : one.disagreements) MESSAGE(what);
    CHECK(one.disagreements.empty());
    all += one;
  }
  MESSAGE("agreement: " << all.rulesets << " rulesets, " << all.rules << " rules, " << all.witnesses << " witnesses replayed");
  CHECK(all.yes > 200);
  CHECK(all.never > 100);
  CHECK(all.certificates == all.never);
}
