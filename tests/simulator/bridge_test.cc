// Frames on a bridge, as a Linux bridge with br_netfilter handled them in the recorded runs.
#include "simulator/bridge.hh"

#include <doctest/doctest.h>

#include <string>

#include "parser/parse.hh"
#include "simulator/engine.hh"
#include "simulator/sources/question.hh"

using namespace fwsim;

namespace {

constexpr std::uint64_t own = 0x020000000001, one = 0x02aa00000001, two = 0x02aa00000002, three = 0x02aa00000003;

Interface device(const char* name, const char* master, u128 address = 0) {
  Interface i;
  i.name = name;
  i.master = master;
  i.mac = 0x020000000010;
  i.mac += static_cast<unsigned char>(name[1]);
  if (address != 0) i.addresses = {{.family = Family::v4, .address = address, .length = 24}};
  return i;
}

Host bridging() {
  Host host = default_host();
  host.interfaces.push_back(device("br0", "", 0xc0a80101));
  host.interfaces.back().kind = "bridge";
  host.interfaces.back().mac = own;
  for (const char* port : {"p1", "p2", "p3"}) host.interfaces.push_back(device(port, "br0"));
  host.interfaces.push_back(device("eth1", "", 0xcb007101));
  host.routes.push_back({.family = Family::v4, .hops = {{.device = "eth1", .gateway = 0xcb0071feU}}});
  host.sysctls["net.bridge.bridge-nf-call-iptables"] = "1";
  host.neighbours = {{.address = 0xc0a8010b, .device = "br0", .mac = one},
                     {.address = 0xc0a8010c, .device = "br0", .mac = two},
                     {.address = 0xc0a8010d, .device = "br0", .mac = three}};
  host.stations = {{one, "p1", true}, {two, "p2", true}};
  return host;
}

struct Bench {
  Parsed parsed;
  Engine engine;
  explicit Bench(const std::string& rules, Host host = bridging())
      : parsed(parse_ruleset(rules, {.file = "test", .family = Family::v4})),
        engine(&parsed.ruleset, nullptr, std::move(host), {.paths = true}) {
    REQUIRE_FALSE(has_errors(parsed.diagnostics));
  }

  Packet packet(const std::string& question, std::uint64_t from, std::uint64_t to) {
    QuestionFault fault;
    auto q = read_question(question, fault);
    REQUIRE(q);
    Packet p = std::move(q->packet);
    p.time = time_ += 1'000'000;
    p.link.present = true;
    for (std::size_t i = 0; i < 6; ++i) {
      p.link.ethernet[i] = static_cast<std::uint8_t>(to >> (40 - 8 * i));
      p.link.ethernet[6 + i] = static_cast<std::uint8_t>(from >> (40 - 8 * i));
    }
    p.link.ethernet[12] = 8;
    return p;
  }
  Result cross(const std::string& question, std::uint64_t to, std::uint64_t from = one) {
    return engine.receive(packet(question, from, to), from == two ? "p2" : "p1");
  }

 private:
  std::int64_t time_ = 1'700'000'000'000'000'000;
};

// "forwarded p2 FORWARD/1 FORWARD/3": the rules of user interest that matched.
std::string way(const Result& r) {
  std::string text = std::string(fate_name(r.fate)) + (r.out_if.empty() ? "" : " " + r.out_if);
  for (const Step& step : r.path)
    if (step.rule && step.rule->is_rule()) text += " " + step.rule->in_chain().name + "/" + std::to_string(step.rule->index + 1);
  return text;
}

std::string devices(const Result& r) {
  std::string text;
  for (const Sent& sent : r.out) text += (text.empty() ? "" : " ") + sent.device;
  return text;
}

const std::string physdev_rules =
    "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
    "-A INPUT -i br0 -m physdev --physdev-is-in\n"
    "-A FORWARD -i br0 -o br0\n-A FORWARD -i p1\n-A FORWARD -m physdev --physdev-is-bridged\n"
    "-A FORWARD -m physdev --physdev-in p1\n-A FORWARD -m physdev --physdev-out p2\n"
    "-A FORWARD -m physdev ! --physdev-out p2\nCOMMIT\n";

}  // namespace

TEST_CASE("a bridged frame passes FORWARD by its bridge, with its ports for physdev") {
  Bench b(physdev_rules);
  const Result r = b.cross("udp 192.168.1.11:1 -> 192.168.1.12:9 ttl 1", two);
  CHECK(way(r) == "forwarded p2 FORWARD/1 FORWARD/3 FORWARD/4 FORWARD/5");
  CHECK(r.packet.fields.number(Field::ttl) == 1);
  CHECK(r.out.at(0).device == "p2");
}

TEST_CASE("a frame for an unknown station passes FORWARD once for each port, the last port first") {
  Bench b(physdev_rules);
  const Result r = b.cross("udp 192.168.1.11:1 -> 192.168.1.13:9", three);
  CHECK(way(r) == "forwarded p3 FORWARD/1 FORWARD/3 FORWARD/4 FORWARD/6");
  REQUIRE(r.generated.size() == 1);
  CHECK(r.generated[0].cause == "copy");
  CHECK(way(r.generated[0]) == "forwarded p2 FORWARD/1 FORWARD/3 FORWARD/4 FORWARD/5");
}

TEST_CASE("a broadcast is flooded, then delivered") {
  Bench b(physdev_rules);
  const Result r = b.cross("udp 192.168.1.11:68 -> 255.255.255.255:67", broadcast_mac);
  REQUIRE(r.generated.size() == 2);
  CHECK(way(r.generated[1]) == "delivered INPUT/1");
}

TEST_CASE("frames for the host are delivered or routed, and are not bridged") {
  Bench b(physdev_rules);
  CHECK(way(b.cross("udp 192.168.1.11:1 -> 192.168.1.1:9", own)) == "delivered INPUT/1");
  const Result out = b.cross("udp 192.168.1.11:1 -> 198.51.100.5:9", own);
  CHECK(way(out) == "forwarded eth1 FORWARD/4");
  CHECK(out.packet.fields.number(Field::ttl) == 63);
  CHECK(way(b.cross("udp 192.168.1.11:1 -> 192.168.1.12:9", own)) == "forwarded p2 FORWARD/1 FORWARD/4");
  CHECK(way(b.cross("udp 192.168.1.11:1 -> 192.168.1.1:9", two)) == "forwarded p2 FORWARD/1 FORWARD/3 FORWARD/4 FORWARD/5");
}

TEST_CASE("what is routed into a bridge leaves by its station's port, or by all") {
  Bench b(physdev_rules);
  Result r = b.engine.receive(b.packet("udp 198.51.100.5:9 -> 192.168.1.11:1", 0x0200000000aa, 0), "eth1");
  CHECK(way(r) == "forwarded p1 FORWARD/6");
  r = b.engine.receive(b.packet("udp 198.51.100.5:9 -> 192.168.1.13:1", 0x0200000000aa, 0), "eth1");
  CHECK(devices(r) == "p3 p2 p1");
}

TEST_CASE("a bridge learns where stations are and forgets it") {
  Bench b(physdev_rules);
  World& world = b.engine.world();
  const Interface* bridge = find_bridge(b.engine.host(), "br0");
  b.engine.receive(b.packet("udp 192.168.1.13:1 -> 192.168.1.11:9", three, one), "p3");
  CHECK(port_of_station(world, *bridge, three) == "p3");
  world.now += 299'000'000'000;
  CHECK(port_of_station(world, *bridge, three) == "p3");
  world.now += 2'000'000'000;
  CHECK_FALSE(port_of_station(world, *bridge, three));
  CHECK(port_of_station(world, *bridge, two) == "p2");
}

TEST_CASE("without bridge-nf-call-iptables no rule sees a bridged frame, and physdev knows nothing") {
  Host host = bridging();
  host.sysctls["net.bridge.bridge-nf-call-iptables"] = "0";
  Bench b(physdev_rules, std::move(host));
  CHECK(way(b.cross("udp 192.168.1.11:1 -> 192.168.1.12:9", two)) == "bridged p2");
  const Result r = b.cross("udp 192.168.1.11:68 -> 255.255.255.255:67", broadcast_mac);
  CHECK(way(r) == "delivered p2");
  CHECK(devices(r) == "p3 p2");
}

TEST_CASE("tagged and PPPoE frames are shown only when the sysctls say so") {
  Bench b(physdev_rules);
  const auto send = [&](bool pppoe) {
    Packet p = b.packet("udp 192.168.1.11:1 -> 192.168.1.12:9", one, two);
    p.link.tagged = !pppoe;
    p.link.vlan = pppoe ? 0 : 5;
    if (pppoe) p.link.ethernet[12] = 0x88, p.link.ethernet[13] = 0x64;
    return std::string(fate_name(b.engine.receive(std::move(p), "p1").fate));
  };
  CHECK(send(false) == "bridged");
  CHECK(send(true) == "bridged");
  b.engine.world().host.sysctls["net.bridge.bridge-nf-filter-vlan-tagged"] = "1";
  CHECK(send(false) == "forwarded");
  CHECK(send(true) == "bridged");
  b.engine.world().host.sysctls["net.bridge.bridge-nf-filter-pppoe-tagged"] = "1";
  CHECK(send(true) == "forwarded");
}

TEST_CASE("DNAT keeps a frame on the bridge, delivers it or routes it") {
  Bench b("*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp --dport 1000 -j DNAT --to-destination 192.168.1.12\n"
          "-A PREROUTING -p udp --dport 1001 -j REDIRECT --to-ports 9\n"
          "-A PREROUTING -p udp --dport 1002 -j DNAT --to-destination 198.51.100.5\nCOMMIT\n"
          "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m physdev --physdev-is-bridged\nCOMMIT\n");
  const Result bridged = b.cross("udp 192.168.1.11:1 -> 192.168.1.13:1000", three);
  CHECK(way(bridged) == "forwarded p2 PREROUTING/1 FORWARD/1");
  CHECK(bridged.packet.fields.number(Field::ttl) == 64);
  CHECK(way(b.cross("udp 192.168.1.11:1 -> 192.168.1.13:1001", three)) == "delivered PREROUTING/2");
  const Result routed = b.cross("udp 192.168.1.11:1 -> 192.168.1.13:1002", three);
  CHECK(way(routed) == "forwarded eth1 PREROUTING/3");
  CHECK(routed.packet.fields.number(Field::ttl) == 63);
  const Result reply = b.cross("udp 192.168.1.12:1000 -> 192.168.1.11:1", one, two);
  CHECK(way(reply) == "forwarded p1 FORWARD/1");
  CHECK(reply.packet.fields.get(Field::src) == 0xc0a8010d);
}

TEST_CASE("a TCP reset for a bridged packet goes straight back by its port") {
  Bench b("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n"
          "-A FORWARD -j REJECT\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n");
  const Result tcp = b.cross("tcp 192.168.1.11:5 -> 192.168.1.12:80", two);
  REQUIRE(tcp.generated.size() == 1);
  CHECK_FALSE(tcp.generated[0].last_hook);
  CHECK(devices(tcp.generated[0]) == "p1");
  const Result udp = b.cross("udp 192.168.1.11:5 -> 192.168.1.12:80", two);
  REQUIRE(udp.generated.size() == 1);
  CHECK(udp.generated[0].last_hook == Hook::postrouting);
  CHECK(devices(udp.generated[0]) == "p1");
}
