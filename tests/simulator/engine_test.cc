// The packet's way: chains, verdicts, NAT there and back, and what cannot be told.
#include "simulator/engine.hh"

#include <doctest/doctest.h>

#include <string>

#include "parser/parse.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

Host gateway() {
  Host host = default_host();
  for (const char* name : {"eth0", "eth1"}) {
    Interface i;
    i.name = name;
    i.addresses = {{.family = Family::v4, .address = name[3] == '0' ? 0xcb007101U : 0x0a000001U, .length = 24}};
    host.interfaces.push_back(i);
  }
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth0", .gateway = 0xcb0071feU}}});
  return host;
}

struct Bench {
  Parsed parsed;
  Engine engine;
  explicit Bench(const std::string& rules)
      : parsed(parse_ruleset(rules, {.file = "test", .family = Family::v4})), engine(&parsed.ruleset, nullptr, gateway(), {.paths = true}) {
    REQUIRE_FALSE(has_errors(parsed.diagnostics));
  }
  Result receive(const std::string& question, const std::string& device) {
    QuestionFault fault;
    auto q = read_question(question, fault);
    REQUIRE(q);
    q->packet.time = time_;
    time_ += 1'000'000;
    return engine.receive(std::move(q->packet), device);
  }

 private:
  std::int64_t time_ = 1'700'000'000'000'000'000;
};

std::string decided(const Result& r) { return std::string(fate_name(r.fate)) + " " + (r.decided_by ? r.decided_by->name() : r.reason); }

}  // namespace

TEST_CASE("goto does not come back to the chain it left") {
  Bench b("*filter\n:FORWARD DROP [0:0]\n:jumped - [0:0]\n:gone - [0:0]\n-A FORWARD -j jumped\n-A FORWARD -j ACCEPT\n"
          "-A jumped -g gone\n-A jumped -j DROP\n-A gone -p udp -j DROP\nCOMMIT\n");
  CHECK(decided(b.receive("tcp 10.0.0.5:1 -> 192.0.2.1:80", "eth1")) == "forwarded filter/FORWARD/2");
  CHECK(decided(b.receive("udp 10.0.0.5:1 -> 192.0.2.1:80", "eth1")) == "dropped filter/gone/1");
}

TEST_CASE("RETURN in a built-in chain is the policy") {
  Bench b("*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -j RETURN\n-A FORWARD -j ACCEPT\nCOMMIT\n");
  CHECK(decided(b.receive("tcp 10.0.0.5:1 -> 192.0.2.1:80", "eth1")) == "dropped filter/FORWARD/policy");
}

TEST_CASE("MASQUERADE there and back, with the first packet alone in nat") {
  Bench b("*nat\n-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n"
          "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -i eth1 -j ACCEPT\nCOMMIT\n");
  const Result out = b.receive("tcp 10.0.0.5:4000 -> 192.0.2.1:80 syn", "eth1");
  REQUIRE(out.fate == Fate::forwarded);
  CHECK(packet_text(out.out.at(0).packet).substr(0, 33) == "203.0.113.1:4000 > 192.0.2.1:80 T");
  CHECK(out.out.at(0).packet.fields.number(Field::ttl) == 63);
  CHECK(transport_checksum_ok(out.out.at(0).packet));
  const Result back = b.receive("tcp 192.0.2.1:80 -> 203.0.113.1:4000 syn ack", "eth0");
  CHECK(decided(back) == "forwarded filter/FORWARD/1");
  const Result udp = b.receive("udp 10.0.0.5:4001 -> 192.0.2.1:53", "eth1");
  REQUIRE(udp.fate == Fate::forwarded);
  const Result answer = b.receive("udp 192.0.2.1:53 -> 203.0.113.1:4001", "eth0");
  CHECK(decided(answer) == "forwarded filter/FORWARD/1");
  CHECK(packet_text(answer.out.at(0).packet).substr(0, 30) == "192.0.2.1:53 > 10.0.0.5:4001 U");
  CHECK(b.engine.program(Family::v4, TableId::nat)->rules.at(0).counters == Counters{2, 40 + 28});
}

TEST_CASE("DNAT decides the route, and filter sees the new destination") {
  Bench b("*nat\n-A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 10.0.0.9:8080\nCOMMIT\n*filter\n"
          ":FORWARD DROP [0:0]\n-A FORWARD -d 10.0.0.9 -p tcp --dport 8080 -j ACCEPT\nCOMMIT\n");
  const Result r = b.receive("tcp 198.51.100.5:4000 -> 203.0.113.1:80 syn", "eth0");
  CHECK(decided(r) == "forwarded filter/FORWARD/1");
  CHECK(r.out_if == "eth1");
}

TEST_CASE("a rule that cannot be decided makes the fate unknown, unless it changes nothing") {
  Bench b("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m set --match-set nowhere src -j DROP\nCOMMIT\n");
  const Result r = b.receive("tcp 10.0.0.5:1 -> 192.0.2.1:80", "eth1");
  CHECK(r.fate == Fate::unknown);
  REQUIRE(r.undecided.size() == 1);
  CHECK(r.undecided[0].rule.name() == "filter/FORWARD/1");
  Bench same("*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m set --match-set nowhere src -j DROP\nCOMMIT\n");
  CHECK(decided(same.receive("tcp 10.0.0.5:1 -> 192.0.2.1:80", "eth1")) == "dropped filter/FORWARD/policy");
}

TEST_CASE("what cannot be decided does not matter in a rule that another test rules out") {
  Bench b("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m set --match-set nowhere src -m ttl --ttl-eq 7 -j ACCEPT\n-A FORWARD -p tcp -j DROP\nCOMMIT\n");
  CHECK(decided(b.receive("tcp 10.0.0.5:1 -> 192.0.2.1:80", "eth1")) == "dropped filter/FORWARD/2");
}

TEST_CASE("TTL 1 is answered before FORWARD sees the packet") {
  Bench b("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");
  const Result r = b.receive("udp 10.0.0.5:1 -> 192.0.2.1:33434 ttl 1", "eth1");
  CHECK(r.fate == Fate::dropped);
  REQUIRE(r.generated.size() == 1);
  CHECK(packet_text(r.generated[0].packet).substr(0, 30) == "10.0.0.1 > 10.0.0.5 ICMP 11/0 ");
  CHECK(b.engine.program(Family::v4, TableId::filter)->policies.at(1).packets == 0);
}

TEST_CASE("a mark set in mangle is seen in filter") {
  Bench b("*mangle\n-A PREROUTING -p tcp --dport 80 -j MARK --set-mark 7\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n"
          "-A FORWARD -m mark --mark 7 -j ACCEPT\nCOMMIT\n");
  CHECK(decided(b.receive("tcp 10.0.0.5:1 -> 192.0.2.1:80", "eth1")) == "forwarded filter/FORWARD/1");
  CHECK(decided(b.receive("tcp 10.0.0.5:1 -> 192.0.2.1:81", "eth1")) == "dropped filter/FORWARD/policy");
}
