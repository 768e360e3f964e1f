// Packets that go the way of earlier ones, and the same packets all walking: the same fates, counters and connections.
#include "simulator/flow_memory.hh"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/value.hh"
#include "packet_builder.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "simulator/conntrack_text.hh"
#include "simulator/engine.hh"
#include "simulator/sources/link_layer.hh"
#include "simulator/sources/placement.hh"
#include "tests/simulator/random.hh"

using namespace fwsim;
using test::Octets;
using test::Random;

namespace {

constexpr std::uint64_t router_lan = 0x020000000101, router_wan = 0x020000000002, others = 0x020000000900;

Host router() {
  Host host;
  const auto address = [](const char* text, unsigned length) {
    InterfaceAddress a;
    a.family = std::string_view(text).find(':') == std::string_view::npos ? Family::v4 : Family::v6;
    a.address = *read_address(a.family, text);
    a.length = length;
    return a;
  };
  Interface lan, wan;
  lan.name = "eth1";
  lan.mac = router_lan;
  lan.mtu = 1500;
  lan.addresses = {address("192.168.0.1", 24), address("2001:db8:1::1", 64)};
  wan.name = "eth0";
  wan.mac = router_wan;
  wan.mtu = 1400;
  wan.addresses = {address("203.0.113.2", 24), address("2001:db8:2::2", 64)};
  for (Interface* i : {&lan, &wan}) i->up = i->ethernet = true;
  host.interfaces = {lan, wan};
  host.sysctls["net.ipv4.ip_forward"] = "1";
  host.sysctls["net.ipv6.conf.all.forwarding"] = "1";
  return host;
}

std::string ruleset(Family family, Random& random) {
  const auto rules = [&](const char* chain, const std::vector<std::string>& matches, const std::vector<std::string>& targets) {
    std::string text;
    for (unsigned i = random.below(4); i > 0; --i) text += fmt::format("-A {} {} -j {}\n", chain, random.one(matches), random.one(targets));
    return text;
  };
  const std::vector<std::string> fields{"-p tcp -m tcp --dport 1:30", "-p udp", "-i eth1", "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN", family == Family::v4 ? "-m ttl --ttl-gt 60" : "-m hl --hl-gt 60",
                                        "-m length --length 0:100", "-m mark --mark 0x2", "-m connmark --mark 0x1", "-m conntrack --ctstatus ASSURED",
                                        "-m conntrack --ctdir REPLY", "-m conntrack --ctstate INVALID", "-m conntrack --ctstate NEW", "-m conntrack ! --ctstatus NONE",
                                        "-m conntrack --ctorigdstport 53", "-m tos --tos 0x10/0xff", "-m addrtype --dst-type LOCAL", "-m mac --mac-source 02:00:00:00:09:0a",
                                        "-m pkttype --pkt-type unicast", "-p tcp -m tcp --tcp-option 2", "-m devgroup --src-group 0x0"};
  std::vector<std::string> all = fields;
  for (const char* rare : {"-m conntrack --ctexpire 1:400", "-m limit --limit 100/sec", "-p tcp -m tcpmss --mss 500:1400", "-m connbytes --connbytes 4: --connbytes-dir both --connbytes-mode packets",
                           "-m statistic --mode nth --every 3 --packet 0", "-m recent --name r --set --rsource"})
    if (random.chance(25)) all.emplace_back(rare);
  std::string text = "*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n";
  text += rules("PREROUTING", all, {"MARK --set-xmark 0x2/0xffffffff", "CONNMARK --set-xmark 0x1/0xffffffff", "CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff", "ACCEPT"});
  text += rules("FORWARD", all, {"MARK --set-xmark 0x4/0x4", "RETURN", "ACCEPT", "TOS --set-tos 0x08/0xff"});
  text += "COMMIT\n";
  if (random.chance(30))
    text += "*raw\n:PREROUTING ACCEPT [0:0]\n" + rules("PREROUTING", {"-p udp", "-i eth1", "-m conntrack --ctstate NEW", "-m addrtype --src-type UNICAST"}, {"ACCEPT", "RETURN", "NOTRACK", "DROP"}) + "COMMIT\n";
  if (random.chance(60)) {
    text += "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n";
    if (random.chance(70)) text += "-A POSTROUTING -o eth0 -j MASQUERADE\n";
    if (random.chance(50))
      text += family == Family::v4 ? "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.0.10\n"
                                   : "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 2001:db8:1::10\n";
    text += "COMMIT\n";
  }
  if (family == Family::v4) all.emplace_back("-m realm --realm 0x0");   // not in PREROUTING
  text += fmt::format("*filter\n:INPUT {} [0:0]\n:FORWARD {} [0:0]\n:c - [0:0]\n", random.one(std::vector<std::string>{"ACCEPT", "DROP"}),
                      random.one(std::vector<std::string>{"ACCEPT", "DROP"}));
  text += rules("FORWARD", all, {"c", "DROP", "LOG", "ACCEPT"});
  if (random.chance(80)) text += "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
  text += rules("FORWARD", all, {"c", "ACCEPT"});
  if (random.chance(80)) text += "-A FORWARD -i eth1 -j ACCEPT\n";
  text += rules("INPUT", all, {"c", "ACCEPT"}) + rules("c", all, {"RETURN", "ACCEPT", "DROP"});
  return text + "COMMIT\n";
}

// One connection as its two ends see it.
struct Talk {
  bool tcp = true, inside = true;   // who began it
  unsigned client = 1, server = 1, port = 1, step = 0;
  std::array<std::uint32_t, 2> seq{1000, 9000};
  std::array<std::uint32_t, 2> acked{0, 0};
};

class Wire {
 public:
  Wire(Family family, Random& random) : v4_(family == Family::v4), random_(random) {
    for (unsigned i = 0; i < 8; ++i)
      talks_.push_back({.tcp = random.chance(70), .inside = random.chance(70), .client = 10 + random.below(3), .server = 7 + random.below(3), .port = 1000 + i});
  }

  // The next frame; `device` is where it is seen.
  Octets next(std::string& device) {
    Talk& t = talks_[random_.below(static_cast<unsigned>(talks_.size()))];
    const bool reply = t.step > 0 && random_.chance(50);
    const bool by_lan = t.inside != reply;
    device = by_lan ? "eth1" : "eth0";
    Octets l4 = t.tcp ? segment(t, reply) : datagram(t, reply);
    ++t.step;
    if (random_.chance(3)) t = {.tcp = t.tcp, .inside = t.inside, .client = t.client, .server = t.server, .port = t.port};
    if (random_.chance(10)) t = {.tcp = t.tcp, .inside = t.inside, .client = t.client, .server = t.server, .port = ++ports_};
    return frame(t, reply, by_lan, std::move(l4));
  }

 private:
  unsigned size() { return random_.chance(90) ? random_.below(80) : random_.below(1500); }

  Octets segment(Talk& t, bool reply) {
    const unsigned flags = t.step == 0 ? 0x02 : t.step == 1 && reply ? 0x12 : random_.chance(4) ? 0x04 : random_.chance(4) ? 0x11 : random_.chance(50) ? 0x18 : 0x10;
    const bool syn = (flags & 2) != 0;
    Octets b(syn ? 24 : 20);
    put16(b, 0, reply ? 80 : t.port);
    put16(b, 2, reply ? t.port : 80);
    put32(b, 4, random_.chance(3) ? random_.below(0xffffffff) : t.seq[reply]);
    put32(b, 8, (flags & 0x10) != 0 ? t.seq[!reply] : 0);
    b[12] = syn ? 0x60 : 0x50;
    b[13] = static_cast<std::uint8_t>(flags);
    put16(b, 14, random_.chance(3) ? 0 : 20000);
    if (syn) put32(b, 20, 0x02040578);
    const unsigned data = syn ? 0 : size();
    if (!random_.chance(10)) t.seq[reply] += data + (syn ? 1 : 0);   // else it is sent again
    b.resize(b.size() + data, 0x61);
    return b;
  }

  Octets datagram(const Talk& t, bool reply) {
    Octets b(8 + size(), 0x62);
    put16(b, 0, reply ? 53 : t.port);
    put16(b, 2, reply ? t.port : 53);
    put16(b, 4, b.size());
    put16(b, 6, 0);
    return b;
  }

  // With translation on the way the answer goes to the router itself; some do so anyway, and come to INPUT.
  Octets frame(const Talk& t, bool reply, bool by_lan, Octets l4) {
    Packet packet = v4_ ? test::v4(t.tcp ? 6 : 17, l4) : test::v6(t.tcp ? 6 : 17, l4);
    const unsigned inner = t.inside ? t.client : t.server, outer = t.inside ? t.server : t.client;
    const bool to_router = !by_lan && random_.chance(40);
    const std::string lan = v4_ ? fmt::format("192.168.0.{}", inner) : fmt::format("2001:db8:1::{:x}", inner);
    const std::string wan = v4_ ? fmt::format("203.0.113.{}", 20 + outer) : fmt::format("2001:db8:2::{:x}", 20 + outer);
    const std::string router = v4_ ? "203.0.113.2" : "2001:db8:2::2";
    const Family family = v4_ ? Family::v4 : Family::v6;
    const std::size_t at = v4_ ? 12 : 8, size = v4_ ? 4 : 16;
    put_address(family, packet.bytes, at, *read_address(family, by_lan ? lan : wan));
    put_address(family, packet.bytes, at + size, *read_address(family, by_lan ? wan : to_router ? router : lan));
    if (random_.chance(15)) packet.bytes[v4_ ? 8 : 7] = random_.chance(20) ? 1 : 61;   // TTL
    if (v4_ && random_.chance(5)) packet.bytes[1] = 0x10;   // TOS
    packet.locally_sent = true;
    decode(packet);
    fix_checksums(packet, true);
    if (random_.chance(2)) packet.bytes[packet.bytes.size() - 1] ^= 1;
    if (v4_ && random_.chance(1)) {
      put16(packet.bytes, 6, 0x2000);
      fix_header_checksum(packet);
    }
    (void)reply;
    Octets bytes(14);
    const std::uint64_t to = random_.chance(2) ? others : by_lan ? router_lan : router_wan, from = others + t.client;
    for (unsigned i = 0; i < 6; ++i) {
      bytes[i] = static_cast<std::uint8_t>(to >> (40 - 8 * i));
      bytes[6 + i] = static_cast<std::uint8_t>(from >> (40 - 8 * i));
    }
    put16(bytes, 12, v4_ ? 0x0800 : 0x86dd);
    bytes.insert(bytes.end(), packet.bytes.begin(), packet.bytes.end());
    return bytes;
  }

  bool v4_;
  Random& random_;
  unsigned ports_ = 2000;
  std::vector<Talk> talks_;
};

using Totals = std::map<std::string, Counters>;

void count(Totals& totals, Fate fate, const std::optional<RuleRef>& by, const std::optional<CtState>& state, const Counters& c) {
  Counters& t = totals[fmt::format("{} {} {}", fate_name(fate), by ? by->name() : "-", state ? static_cast<int>(*state) : -1)];
  t.packets += c.packets;
  t.bytes += c.bytes;
}

// An engine with a memory, or without.
class Side {
 public:
  Side(const Ruleset& rules, bool remembers) : engine_(rules.family == Family::v4 ? &rules : nullptr, rules.family == Family::v6 ? &rules : nullptr, router()) {
    engine_.world().recorded = true;
    if (remembers) memory_.emplace(engine_);
  }

  // Nothing: it went the way of an earlier one.
  std::optional<Result> take(const Frame& frame, const std::string& device) {
    const auto view = view_flow(frame);
    if (memory_ && view && memory_->recall(frame, *view, memory_->fetch(*view), device)) {
      ++recalled;
      return std::nullopt;
    }
    Packet packet;
    REQUIRE(strip_link_layer(frame, packet).kind == Stripped::Kind::packet);
    Result result;
    result.fate = Fate::ignored;
    if (decode(packet)) {
      World& world = engine_.world();
      const Placement placement = place_packet(packet, device, false, engine_.host(), engine_.routing(), world.conntrack);
      world.now = packet.time;
      if (memory_) memory_->watch();
      if (placement.place == Place::arrives) result = engine_.receive(packet, placement.device);
      if (memory_) memory_->learn(frame, device, result);
    }
    count(totals_, result.fate, result.decided_by, result.ct_state, {1, result.packet.fields.number(Field::length)});
    return result;
  }

  std::string state(Family family) {
    if (memory_) {
      memory_->settle();
      for (const FlowMemory::Way& way : memory_->ways())
        if (way.recalled.packets > 0) count(totals_, way.fate, way.decided_by, way.ct_state, way.recalled);
    }
    std::string text = print_ruleset(engine_.with_counters(family), {.counters = true});
    for (const auto& [name, c] : totals_) text += fmt::format("{}: {} {}\n", name, c.packets, c.bytes);
    World& world = engine_.world();
    for (const auto& entry : world.conntrack.entries(world.now)) {
      text += connection_text(*entry, world.now, true) + "\n";
      for (const TcpSide& side : entry->tcp.side) text += fmt::format("  {} {} {} {}\n", side.end, side.max_end, side.max_win, side.max_ack);
      text += fmt::format("  {} {} {} {:x}\n", entry->expires, entry->seen, entry->tcp.retrans, entry->status);
    }
    return text;
  }

  std::uint64_t opened() const {
    std::uint64_t all = 0;
    if (memory_)
      for (const auto& [first, last] : memory_->opened()) all += last - first + 1;
    return all;
  }
  unsigned recalled = 0;

 private:
  Engine engine_;
  std::optional<FlowMemory> memory_;
  Totals totals_;
};

struct Spared {
  std::uint64_t recalled = 0, opened = 0;
};

Spared compare(Family family, std::uint32_t seed, unsigned packets) {
  Random random(seed);
  const std::string text = ruleset(family, random);
  const Parsed parsed = parse_ruleset(text, {.file = "test", .family = family});
  REQUIRE_MESSAGE(!has_errors(parsed.diagnostics), text);
  Side walking(parsed.ruleset, false), remembering(parsed.ruleset, true);
  Wire wire(family, random);
  std::int64_t now = 1'700'000'000'000'000'000;
  for (unsigned i = 0; i < packets; ++i) {
    std::string device;
    const Octets bytes = wire.next(device);
    now += random.chance(1) ? 400'000'000'000 : random.below(300'000'000);
    const bool cut = random.chance(3);
    const Frame frame{.link_type = 1, .bytes = Bytes(bytes).first(cut ? std::min<std::size_t>(bytes.size(), 80) : bytes.size()), .original = bytes.size(), .time = now, .number = i + 1};
    const auto expected = walking.take(frame, device), got = remembering.take(frame, device);
    if (!got) continue;
    REQUIRE_MESSAGE(fate_name(got->fate) == fate_name(expected->fate), text << "seed " << seed << " packet " << i);
    REQUIRE_MESSAGE(got->reason == expected->reason, text << "seed " << seed << " packet " << i);
  }
  REQUIRE_MESSAGE(remembering.state(family) == walking.state(family), text << "seed " << seed);
  return {remembering.recalled, remembering.opened()};
}

}  // namespace

TEST_CASE("remembered ways are those of a walk: random rules, connections and faults") {
  Spared total;
  constexpr unsigned runs = 80, packets = 250;
  for (std::uint32_t seed = 1; seed <= runs; ++seed) {
    const Spared one = compare(seed % 4 == 0 ? Family::v6 : Family::v4, seed, packets);
    total.recalled += one.recalled;
    total.opened += one.opened;
  }
  CHECK(total.recalled > runs * packets / 10);
  CHECK(total.opened > runs);
}
