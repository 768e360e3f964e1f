// How many rules are looked at, counted by hand for calls, RETURN, goto and policies.
#include <doctest/doctest.h>

#include <string>

#include "parser/parse.hh"
#include "simulator/coverage.hh"
#include "simulator/engine.hh"
#include "simulator/sources/assume.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

const char* rules =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:calls - [0:0]\n:gone - [0:0]\n"
    "-A INPUT -s 10.0.0.1/32 -j DROP\n"                          // 1
    "-A INPUT -p tcp -m tcp --dport 80 -j calls\n"               // 2
    "-A INPUT -p tcp -m tcp --dport 81 -g gone\n"                // 3
    "-A INPUT -s 10.0.0.9/32 -j RETURN\n"                        // 4
    "-A INPUT -p tcp -j ACCEPT\n"                                // 5
    "-A calls -s 10.0.0.2/32 -j RETURN\n-A calls -s 10.0.0.3/32 -j ACCEPT\n-A calls -s 10.0.0.4/32 -j LOG\n"
    "-A gone -s 10.0.0.2/32 -j ACCEPT\n-A gone -s 10.0.0.3/32 -j ACCEPT\nCOMMIT\n";

struct Run {
  Ruleset ruleset = parse_ruleset(rules, {.file = "test"}).ruleset;
  Coverage coverage;

  std::uint64_t ask(const std::string& text) {
    QuestionFault fault;
    auto question = read_question(text, fault);
    REQUIRE(question);
    Host host = default_host();
    describe_by_question(host, *question, &ruleset, nullptr);
    Engine engine(&ruleset, nullptr, host, {.paths = true});
    const std::uint64_t before = coverage.evaluations();
    coverage.add(answer(*question, engine), 1000);
    return coverage.evaluations() - before;
  }
  std::uint64_t left(std::size_t chain, std::size_t rule) const { return (*coverage.uses(Family::v4, TableId::filter))[chain][rule].left; }
};

}  // namespace

TEST_CASE("rules looked at for a packet, and where it leaves its chains") {
  Run run;
  CHECK(run.ask("tcp 10.0.0.1:1000 -> 192.0.2.1:22 syn") == 1);
  CHECK(run.left(0, 0) == 1);
  CHECK(run.ask("tcp 10.0.0.7:1000 -> 192.0.2.1:22 syn") == 5);
  CHECK(run.ask("udp 10.0.0.7:1000 -> 192.0.2.1:22") == 5);      // to the policy
  CHECK(run.ask("tcp 10.0.0.9:1000 -> 192.0.2.1:22 syn") == 4);  // RETURN in a built-in chain
  CHECK(run.ask("tcp 10.0.0.3:1000 -> 192.0.2.1:80 syn") == 4);  // 1 2, calls 1 2
  CHECK(run.left(0, 1) == 1);                                    // the call did not come back
  CHECK(run.ask("tcp 10.0.0.2:1000 -> 192.0.2.1:80 syn") == 6);  // 1 2, calls 1, 3 4 5
  CHECK(run.left(0, 1) == 1);
  CHECK(run.ask("tcp 10.0.0.4:1000 -> 192.0.2.1:80 syn") == 8);  // 1 2, calls 1 2 3 to its end, 3 4 5
  CHECK(run.ask("tcp 10.0.0.3:1000 -> 192.0.2.1:81 syn") == 5);  // 1 2 3, gone 1 2
  CHECK(run.ask("tcp 10.0.0.7:1000 -> 192.0.2.1:81 syn") == 5);  // 1 2 3, gone 1 2 to its end, the policy
  CHECK(run.left(0, 2) == 2);
  CHECK(run.coverage.depths().at(5) == 4);
  const RuleUse& first = (*run.coverage.uses(Family::v4, TableId::filter))[0][0];
  CHECK(first.seen == 1);
  CHECK(first.first == 1000);
}
