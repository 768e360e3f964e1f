// Orders that are cheaper, and those that must not be suggested.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lint/reorder.hh"
#include "parser/parse.hh"

using namespace fwsim;

namespace {

using Order = std::vector<std::uint32_t>;

Reordering reorder(const std::string& rules) {
  const Ruleset ruleset = parse_ruleset("*filter\n:INPUT DROP [5:100]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n" + rules + "COMMIT\n", {.file = "test"}).ruleset;
  return suggest_order(ruleset, weights_by_counters(ruleset));
}

}  // namespace

TEST_CASE("a hot rule goes up past rules that it commutes with, and takes with it what must stay before it") {
  const Reordering found = reorder(
      "[1:40] -A INPUT -p udp -m udp --dport 53 -j ACCEPT\n"
      "[0:0] -A INPUT -s 192.0.2.0/24 -j DROP\n"
      "[2:80] -A INPUT -p tcp -m tcp --dport 25 -j ACCEPT\n"
      "[90:4000] -A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n");
  REQUIRE(found.chains.size() == 1);
  CHECK(found.chains[0].order == Order{0, 1, 3, 2});   // the DROP may not pass UDP port 53
  CHECK(found.chains[0].moved() == Order{3});
  CHECK(found.chains[0].saves == 90 - 2);
  CHECK(found.after.tables[0].chains[0].rules[2].counters.packets == 90);
  CHECK(found.unproved.empty());
}

TEST_CASE("nothing goes past a rule that logs, counts, limits or decides otherwise about the same packets") {
  for (const char* before : {"[0:0] -A INPUT -p tcp -j LOG\n", "[0:0] -A INPUT -p tcp\n", "[0:0] -A INPUT -m limit --limit 5/min -j ACCEPT\n", "[0:0] -A INPUT -s 10.0.0.0/8 -j DROP\n",
                             "[0:0] -A INPUT -p tcp -m recent --set --name x --rsource\n"}) {
    CAPTURE(before);
    CHECK(reorder(std::string(before) + "[90:4000] -A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n").chains.empty());
  }
}

TEST_CASE("counters of a chain that is called tell how many packets it kept") {
  const Ruleset ruleset = parse_ruleset(
                              "*filter\n:INPUT DROP [10:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n"
                              "[7:0] -A INPUT -s 10.0.0.0/8 -j DROP\n[30:0] -A INPUT -p tcp -j web\n"
                              "[20:0] -A web -p tcp -m tcp --dport 80 -j ACCEPT\n[4:0] -A web -s 192.0.2.0/24 -j RETURN\nCOMMIT\n",
                              {.file = "test"})
                              .ruleset;
  const Weights weights = weights_by_counters(ruleset);
  const ChainWeights& filter = weights[static_cast<std::size_t>(TableId::filter)];
  CHECK(filter[0] == std::vector<std::uint64_t>{7, 20});
  CHECK(filter[3] == std::vector<std::uint64_t>{20, 4});
  // INPUT: 7 at the first rule, 20 at the second, 10 by both; web: 20 at the first, 4 at the second, 6 by both.
  CHECK(evaluations_by_counters(ruleset) == 7 + 40 + 20 + 20 + 8 + 12);
}
