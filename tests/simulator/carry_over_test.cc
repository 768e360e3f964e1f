// Another version of the rules in a running engine: what the same rules keep.
#include <doctest/doctest.h>

#include <string>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

constexpr const char* head = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
constexpr const char* limited = "-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 1/hour --limit-burst 2 -j ACCEPT\n";
constexpr const char* refused = "-A INPUT -p tcp -m tcp --dport 22 -j DROP\n";

Parsed ruleset(const std::string& rules) { return parse_ruleset(head + rules + "COMMIT\n", {.file = "test", .family = Family::v4}); }

Host server() {
  Host host = default_host();
  Interface eth0;
  eth0.name = "eth0";
  eth0.addresses = {{.family = Family::v4, .address = 0xcb007101U, .length = 24}};
  host.interfaces.push_back(eth0);
  return host;
}

Fate ssh(Engine& engine) {
  static unsigned port = 40000;
  QuestionFault fault;
  auto q = read_question("tcp 203.0.113.9:" + std::to_string(++port) + " -> 203.0.113.1:22 syn", fault);
  REQUIRE(q);
  q->packet.time = 1'000'000'000;
  return engine.receive(std::move(q->packet), "eth0").fate;
}

}  // namespace

TEST_CASE("rules that are the same keep counters and credit, wherever they stand") {
  const Parsed before = ruleset(std::string(limited) + refused);
  const Parsed after = ruleset(std::string("-A INPUT -p udp -m udp --dport 53 -j ACCEPT\n") + limited + refused);
  for (const bool memory : {true, false}) {
    CAPTURE(memory);
    Engine engine(&before.ruleset, nullptr, server());
    CHECK(ssh(engine) == Fate::delivered);
    engine.replace(Family::v4, &after.ruleset, memory);
    const auto rules = engine.with_counters(Family::v4).tables[0].at(Hook::input)->rules;
    REQUIRE(rules.size() == 3);
    CHECK(rules[0].counters.packets == 0);
    CHECK(rules[1].counters.packets == 1);
    CHECK(ssh(engine) == Fate::delivered);
    CHECK(ssh(engine) == (memory ? Fate::dropped : Fate::delivered));   // loaded anew, the burst is there again
  }
}

TEST_CASE("equal rules keep their order, and another limit is another rule") {
  const Parsed before = ruleset(std::string(limited) + limited + refused);
  const Parsed after = ruleset(std::string("-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 2/hour --limit-burst 2 -j ACCEPT\n") + limited + refused);
  Engine engine(&before.ruleset, nullptr, server());
  for (int i = 0; i < 3; ++i) CHECK(ssh(engine) == Fate::delivered);
  engine.replace(Family::v4, &after.ruleset, true);
  const auto rules = engine.with_counters(Family::v4).tables[0].at(Hook::input)->rules;
  CHECK(rules[0].counters.packets == 0);
  CHECK(rules[1].counters.packets == 2);   // of the first of the two
}
