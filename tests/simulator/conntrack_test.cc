// What the recorded scenarios of tests/kernel cannot show: a full table, connections of a snapshot,
// unknown timeout policies, a masqueraded connection whose route changes, eviction for NAT.
#include "simulator/conntrack.hh"

#include <doctest/doctest.h>

#include <string>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

constexpr std::int64_t second = 1'000'000'000;

Host gateway() {
  Host host = default_host();
  for (const char* name : {"eth0", "eth1", "eth2"}) {
    Interface i;
    i.name = name;
    const std::uint32_t address = name[3] == '0' ? 0x0a000001 : name[3] == '1' ? 0xcb007101 : 0xc6336401;
    i.addresses = {{.family = Family::v4, .address = address, .length = 24}};
    host.interfaces.push_back(i);
  }
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth1", .gateway = 0xcb0071feU}}});
  return host;
}

struct Bench {
  Parsed parsed;
  Engine engine;
  std::int64_t now = 1'700'000'000 * second;

  explicit Bench(const std::string& rules, const Host& host = gateway())
      : parsed(parse_ruleset(rules, {.file = "test", .family = Family::v4})), engine(&parsed.ruleset, nullptr, host) {
    REQUIRE_FALSE(has_errors(parsed.diagnostics));
  }
  Result receive(const std::string& question, const std::string& device) {
    QuestionFault fault;
    auto q = read_question(question, fault);
    REQUIRE(q);
    q->packet.time = now;
    return engine.receive(std::move(q->packet), device);
  }
  std::vector<CtRef> entries() { return engine.world().conntrack.entries(now); }
};

std::string state(const Result& r) {
  if (r.fate != Fate::forwarded) return std::string(fate_name(r.fate));
  constexpr const char* names[] = {"INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED"};
  return names[static_cast<std::size_t>(*r.ct_state)] + std::string(r.ct_reply ? " reply" : "");
}

const std::string stateful = "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate NEW\nCOMMIT\n";
const std::string masquerade = "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o eth+ -j MASQUERADE\nCOMMIT\n";

Host with_max(unsigned max) {
  Host host = gateway();
  host.sysctls["net.netfilter.nf_conntrack_max"] = std::to_string(max);
  return host;
}

// UDP that is older than two seconds and answered.
void make_assured(Bench& b, const std::string& port) {
  b.receive("udp 10.0.0.5:" + port + " -> 192.0.2.1:53", "eth0");
  b.now += 3 * second;
  b.receive("udp 192.0.2.1:53 -> 10.0.0.5:" + port, "eth1");
  b.receive("udp 10.0.0.5:" + port + " -> 192.0.2.1:53", "eth0");
}

KnownConnection known(std::uint8_t proto, const std::string& name) {
  KnownConnection c{.proto = proto, .timeout = 100, .state = name};
  c.ends[0] = {.src = 0x0a000005, .dst = 0xc0000201, .sport = 1000, .dport = 80};
  c.ends[1] = {.src = 0xc0000201, .dst = 0xcb007101, .sport = 80, .dport = 2000};
  return c;
}

}  // namespace

TEST_CASE("a full table of ASSURED connections takes no new one; known ones pass") {
  Bench b(stateful, with_max(1));
  make_assured(b, "1000");
  REQUIRE((b.entries()[0]->status & ct_assured) != 0);
  CHECK(state(b.receive("udp 10.0.0.5:2000 -> 192.0.2.1:53", "eth0")) == "dropped");
  CHECK(state(b.receive("udp 192.0.2.1:53 -> 10.0.0.5:1000", "eth1")) == "ESTABLISHED reply");
  b.now += 121 * second;
  CHECK(state(b.receive("udp 10.0.0.5:2000 -> 192.0.2.1:53", "eth0")) == "NEW");
}

TEST_CASE("a connection whose end comes nearer makes room then, though no packet meets it") {
  Bench b(stateful, with_max(1));
  Conntrack& conntrack = b.engine.world().conntrack;
  b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0");
  CtWeakRef gone;
  {
    const CtRef entry = b.entries().at(0);
    gone = entry;
    entry->status |= ct_assured;
    refresh(*entry, b.now, 432'000 * second);
    b.now += 100 * second;
    CHECK(state(b.receive("udp 10.0.0.5:2000 -> 192.0.2.1:53", "eth0")) == "dropped");
    refresh(*entry, b.now, 10 * second);
    conntrack.follow(*entry);
    CHECK(state(b.receive("udp 10.0.0.5:2000 -> 192.0.2.1:53", "eth0")) == "dropped");
  }
  b.now += 10 * second;
  CHECK(state(b.receive("udp 10.0.0.5:2000 -> 192.0.2.1:53", "eth0")) == "NEW");
  CHECK(gone.expired());
  CHECK(conntrack.count(b.now) == 1);
  CHECK(conntrack.count(b.now + 30 * second) == 0);
}

TEST_CASE("whether a full table evicts a connection depends on a random hash") {
  Bench b(stateful, with_max(1));
  b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0");
  const Result r = b.receive("udp 10.0.0.5:2000 -> 192.0.2.1:53", "eth0");
  CHECK(r.fate == Fate::unknown);
  CHECK(r.reason.find("random hash") != std::string::npos);
  CHECK(state(b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0")) == "NEW");
}

TEST_CASE("connections of a snapshot go on, with their translation") {
  Host host = gateway();
  KnownConnection c = known(6, "ESTABLISHED");
  c.assured = true;
  c.mark = 5;
  host.connections = {c};
  Bench b("*nat\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate NEW\nCOMMIT\n", host);
  const Result there = b.receive("tcp 10.0.0.5:1000 -> 192.0.2.1:80 ack", "eth0");
  CHECK(state(there) == "ESTABLISHED");
  REQUIRE(there.out.size() == 1);
  CHECK(there.out[0].packet.fields.get(Field::src) == 0xcb007101);
  CHECK(there.out[0].packet.fields.number(Field::sport) == 2000);
  const Result back = b.receive("tcp 192.0.2.1:80 -> 203.0.113.1:2000 ack", "eth1");
  CHECK(state(back) == "ESTABLISHED reply");
  CHECK(back.out.at(0).packet.fields.get(Field::dst) == 0x0a000005);
  REQUIRE(b.entries().size() == 1);
  CHECK(b.entries()[0]->mark == 5);
  CHECK((b.entries()[0]->status & (ct_src_nat | ct_dst_nat)) == ct_src_nat);
  CHECK(b.engine.world().conntrack.consistent());
}

TEST_CASE("an unreplied connection of a snapshot ends with its timeout") {
  Host host = gateway();
  KnownConnection c = known(17, "");
  c.replied = false;
  host.connections = {c};
  Bench b(stateful, host);
  CHECK(state(b.receive("udp 10.0.0.9:1 -> 192.0.2.1:80", "eth0")) == "NEW");
  CHECK(b.entries().size() == 2);
  b.now += 100 * second;
  CHECK(b.entries().empty());
}

TEST_CASE("a timeout policy that is not known leaves later packets unknown") {
  Bench b("*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -j CT --timeout short\nCOMMIT\n" + stateful);
  CHECK(state(b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0")) == "NEW");
  CHECK(state(b.receive("udp 192.0.2.1:53 -> 10.0.0.5:1000", "eth1")) == "ESTABLISHED reply");
  b.now += 2 * second;
  CHECK(b.receive("udp 192.0.2.1:53 -> 10.0.0.5:1000", "eth1").fate == Fate::unknown);
}

TEST_CASE("a masqueraded connection ends when it would leave by another device") {
  Bench b(masquerade);
  REQUIRE(b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0").fate == Fate::forwarded);
  REQUIRE(b.entries().size() == 1);
  b.engine.world().conntrack.set_masquerade_device(*b.entries()[0], "eth2");  // where it left before the route changed
  CHECK(b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0").fate == Fate::dropped);
  CHECK(b.entries().empty());
  CHECK(b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0").fate == Fate::forwarded);
}

TEST_CASE("a host that gets another address masquerades with it; connections with the old one end, others stay") {
  Bench b(masquerade);
  REQUIRE(b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0").fate == Fate::forwarded);
  b.receive("udp 10.0.0.5:1001 -> 198.51.100.7:53", "eth0");
  REQUIRE(b.entries().size() == 2);
  CHECK(b.entries()[0]->reply().dst == 0xcb007101);
  Host other = gateway();
  other.interfaces[2].addresses[0].address = 0xcb007102;   // eth1
  b.engine.renumber(other);
  REQUIRE(b.entries().size() == 1);
  CHECK(b.engine.world().conntrack.masquerade_device(*b.entries()[0]) == "eth2");
  b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0");
  REQUIRE(b.entries().size() == 2);
  CHECK(b.entries()[1]->reply().dst == 0xcb007102);
}

TEST_CASE("without a nat table a connection has no binding") {
  Bench b(stateful);
  b.receive("udp 10.0.0.5:1000 -> 192.0.2.1:53", "eth0");
  CHECK(b.entries().at(0)->status == ct_confirmed);
}

TEST_CASE("the last attempts at a source port push out a connection that is over") {
  Bench b("*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -p tcp -j SNAT --to-source 203.0.113.1:5000-5001\nCOMMIT\n");
  b.receive("tcp 10.0.0.5:1000 -> 192.0.2.1:80 syn", "eth0");
  b.receive("tcp 10.0.0.6:1000 -> 192.0.2.1:80 syn", "eth0");
  REQUIRE(b.entries().size() == 2);
  // Both ports are taken: the third one clashes and is dropped at the confirmation.
  CHECK(b.receive("tcp 10.0.0.7:1000 -> 192.0.2.1:80 syn", "eth0").fate == Fate::dropped);
  b.entries()[0]->tcp.state = TcpState::time_wait;
  b.entries()[0]->tcp.side[0].end -= 100;  // an older connection: its numbers are lower
  CHECK(b.receive("tcp 10.0.0.7:1000 -> 192.0.2.1:80 syn", "eth0").fate == Fate::forwarded);
  CHECK(b.entries().size() == 2);
}
