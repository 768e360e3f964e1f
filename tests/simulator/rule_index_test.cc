// Rules found by an index and one by one: the same ends, ways, counters and records, whatever the packets.
#include "simulator/rule_index.hh"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "packet_builder.hh"
#include "parser/parse.hh"
#include "simulator/traverse.hh"
#include "tests/simulator/random.hh"

using namespace fwsim;
using test::Random;

namespace {

std::string unless(Random& random, unsigned percent, const std::string& option) { return (random.chance(percent) ? " ! " : " ") + option; }

// Long chains of every kind of rule: pure ones, with memory, that cannot be decided, that rewrite, that jump.
class Rules {
 public:
  Rules(Family family, Random& random) : v4_(family == Family::v4), random_(random) {}

  std::string text(unsigned rules) {
    std::string out = "*mangle\n:PREROUTING ACCEPT [0:0]\n";
    for (unsigned i = 0; i < rules / 2; ++i) out += "-A PREROUTING" + rule() + random_.one(marks_) + "\n";
    out += "COMMIT\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:a - [0:0]\n:b - [0:0]\n";
    for (unsigned i = 0; i < rules; ++i) out += "-A FORWARD" + rule() + target({" -j a", " -g b", " -j b"}) + "\n";
    for (unsigned i = 0; i < rules / 2; ++i) out += "-A INPUT" + rule() + target({" -j b"}) + "\n";
    for (unsigned i = 0; i < rules / 2; ++i) out += "-A a" + rule() + target({" -j b", " -g b"}) + "\n";
    for (unsigned i = 0; i < rules / 3; ++i) out += "-A b" + rule() + target({" -j RETURN"}) + "\n";
    return out + "COMMIT\n";
  }

 private:
  std::string network() {
    const unsigned host = random_.below(24);
    if (v4_) {
      const std::vector<std::string> wide{"10.0.0.0/8", "10.0.0.0/28", "10.0.0.0/30", "192.0.2.0/24", "0.0.0.0/1", "10.0.0.1/255.0.0.255"};
      return random_.chance(35) ? random_.one(wide) : fmt::format("10.0.0.{}/32", host);
    }
    const std::vector<std::string> wide{"2001:db8::/32", "2001:db8::/124", "2001:db8::/127", "::/1"};
    return random_.chance(35) ? random_.one(wide) : fmt::format("2001:db8::{:x}/128", host);
  }

  std::string port() {
    const unsigned low = random_.below(40);
    return random_.chance(70) ? std::to_string(low) : fmt::format("{}:{}", low, random_.chance(30) ? 65535 : low + 1 + random_.below(20));
  }

  std::string protocol() {
    const std::string name = random_.chance(60) ? "tcp" : "udp";
    if (random_.chance(5)) return " ! -p " + name;
    std::string text = " -p " + name;
    if (random_.chance(20))
      return text + " -m multiport" + unless(random_, 15, random_.one(std::vector<std::string>{"--dports 1,5,9", "--sports 0:7,30", "--ports 2,12:15,39"}));
    text += " -m " + name + unless(random_, 15, "--dport " + port());
    if (random_.chance(20)) text += unless(random_, 15, "--sport " + port());
    if (name == "tcp" && random_.chance(15)) text += unless(random_, 30, "--tcp-flags SYN,ACK SYN");
    return text;
  }

  std::string rule() {
    std::string text;
    if (random_.chance(45)) text += unless(random_, 12, "-s " + network());
    if (random_.chance(45)) text += unless(random_, 12, "-d " + network());
    if (random_.chance(12)) text += unless(random_, 20, random_.one(std::vector<std::string>{"-i eth0", "-i eth1", "-i eth+", "-i ppp0"}));
    if (random_.chance(60)) {
      text += protocol();
    } else if (random_.chance(20)) {
      text += v4_ ? " -p icmp -m icmp --icmp-type " + random_.one(std::vector<std::string>{"8", "0", "3/1"})
                  : " -p ipv6-icmp -m icmp6 --icmpv6-type " + random_.one(std::vector<std::string>{"128", "1", "1/4"});
    }
    for (const auto& [percent, words] : others_)
      if (random_.chance(percent)) text += words;
    if (v4_ && random_.chance(3)) text += " -m iprange --src-range 10.0.0.3-10.0.0.17";
    return text;
  }

  std::string target(const std::vector<std::string>& jumps) {
    if (random_.chance(20)) return random_.one(jumps);
    return random_.one(targets_);
  }

  bool v4_;
  Random& random_;
  const std::vector<std::string> marks_{" -j MARK --set-xmark 0x1/0xffffffff", " -j MARK --set-xmark 0x2/0x3", " -j ACCEPT", " -j RETURN", "", " -j MARK --set-xmark 0x0/0xf", " -j DSCP --set-dscp 0x2e"};
  const std::vector<std::string> targets_{" -j ACCEPT", " -j ACCEPT", " -j DROP", " -j DROP", " -j RETURN", " -j LOG --log-prefix \"x \"", "", "", " -j NFLOG"};
  const std::vector<std::pair<unsigned, std::string>> others_{
      {8, " -m conntrack --ctstate NEW"}, {4, " -m conntrack --ctstate INVALID,NEW"}, {4, " -m conntrack ! --ctstate ESTABLISHED"},
      {6, " -m mark --mark 0x1"},         {4, " -m mark ! --mark 0x2/0x3"},           {4, " -m statistic --mode nth --every 3 --packet 0"},
      {4, " -m limit --limit 5/sec"},     {2, " -m string --string \"hell\" --algo bm"}, {3, " -m length --length 0:60"},
      {2, " -m cpu --cpu 1"},             {2, " -m time --timestart 00:00:00 --timestop 12:00:00"}, {2, " -m recent --set --name r --rsource"},
      {2, v4_ ? " -m ttl --ttl-gt 30" : " -m hl --hl-gt 30"}, {2, " -m set --match-set nowhere src"}};
};

// Addresses and ports of the rules and their neighbours; now and then a fragment, or a header cut short.
Packet random_packet(Family family, Random& random) {
  using namespace fwsim::test;
  const unsigned protocols[] = {6, 6, 6, 17, 17, family == Family::v4 ? 1U : 58U, 132, 47};
  const unsigned protocol = protocols[random.below(8)];
  Octets l4 = protocol == 6 ? syn() : protocol == 17 ? datagram() : hex("0800 0000 0001 0001 68656c6c6f 0000");
  if (protocol == 58) l4[0] = 128;
  if (protocol != 1 && protocol != 58) {
    put16(l4, 0, random.below(44));
    put16(l4, 2, random.below(44));
  }
  if (protocol == 6) l4[13] = static_cast<std::uint8_t>(random.below(64));
  if (random.chance(8)) l4.resize(random.below(static_cast<unsigned>(l4.size())));
  const unsigned fragments[] = {0x4000, 0x4000, 0x4000, 0x4000, 0x4000, 0x4000, 0x4000, 0x2000, 0x0001, 0x0010};
  Packet packet = family == Family::v4 ? v4(protocol, l4, fragments[random.below(10)]) : v6(protocol, l4);
  const std::size_t last[] = {family == Family::v4 ? 15U : 23U, family == Family::v4 ? 19U : 39U};
  for (const std::size_t at : last) {
    if (random.chance(90)) put_address(family, packet.bytes, at - (family == Family::v4 ? 3 : 15), family == Family::v4 ? u128{0x0a000000} : make_u128(0x20010db800000000, 0));
    packet.bytes[at] = static_cast<std::uint8_t>(random.below(26));
  }
  if (family == Family::v4) fix_header_checksum(packet);
  packet.link.present = true;
  return packet;
}

// The tables of a ruleset, walked in one way, with what they remember.
class Walker {
 public:
  Walker(const Ruleset& ruleset, Lookup lookup) {
    for (const Table& table : ruleset.tables) programs_.push_back(compile(table, ruleset.family, world_, lookup));
  }

  // What every table at the hook says of the packet, and leaves of it.
  std::string walk(Hook hook, Packet packet) {
    std::string out;
    world_.now = packet.time;
    for (Program& program : programs_) {
      std::vector<Step> path;
      const Traversal t = traverse(program, hook, packet, world_, &path);
      out += fmt::format("{} {} {}\n", static_cast<int>(t.end), t.by ? t.by->name() : "-", t.reason);
      for (const Step& step : path) out += step.rule->name() + "\n";
      for (const Undecided& u : t.undecided) out += "? " + u.rule.name() + " " + u.why + "\n";
    }
    for (const Record& record : std::exchange(world_.records, {})) out += record.text + "\n";
    return out + fmt::format("mark {} tos {}\n", packet.fields.number(Field::mark), packet.fields.number(Field::tos));
  }

  std::string counters() const {
    std::string out;
    for (const Program& program : programs_) {
      for (const RuleCode& code : program.rules) out += fmt::format("{}:{}\n", code.counters.packets, code.counters.bytes);
      for (const Counters& c : program.policies) out += fmt::format("{}:{}\n", c.packets, c.bytes);
    }
    return out;
  }

 private:
  World world_;
  std::vector<Program> programs_;
};

// What the kernel notes beside the bytes.
void note(Packet& packet, Hook hook, Random& random) {
  const std::vector<std::string> devices{"eth0", "eth1", "wlan0", "ppp0"};
  packet.fields.set(Field::in_if, name_word(random.one(devices)));
  packet.fields.set(Field::out_if, hook == Hook::forward ? name_word(random.one(devices)) : u128{0});
  packet.fields.set(Field::mark, random.chance(70) ? 0 : random.below(4));
  packet.fields.set(Field::cpu, 0);
  if (random.chance(85)) packet.fields.set(Field::ct_state, random.below(5));
}

void compare(Family family, std::uint32_t seed, unsigned rules, unsigned packets) {
  Random random(seed);
  const std::string text = Rules(family, random).text(rules);
  const Parsed parsed = parse_ruleset(text, {.file = "test", .family = family});
  REQUIRE_MESSAGE(!has_errors(parsed.diagnostics), text);
  Walker plain(parsed.ruleset, Lookup::one_by_one), lazy(parsed.ruleset, Lookup::indexed), index(parsed.ruleset, Lookup::always_indexed);
  std::int64_t now = 1'700'000'000'000'000'000;
  for (unsigned i = 0; i < packets; ++i) {
    Packet packet = random_packet(family, random);
    packet.time = now += 10'000'000;
    if (!decode(packet)) continue;
    const Hook hook = random.one(std::vector<Hook>{Hook::forward, Hook::forward, Hook::input, Hook::prerouting});
    note(packet, hook, random);
    const std::string expected = plain.walk(hook, packet);
    REQUIRE_MESSAGE(index.walk(hook, packet) == expected, text << packet_text(packet) << " seed " << seed);
    REQUIRE_MESSAGE(lazy.walk(hook, packet) == expected, text << packet_text(packet) << " seed " << seed);
  }
  CHECK(index.counters() == plain.counters());
  CHECK(lazy.counters() == plain.counters());
}

}  // namespace

TEST_CASE("an index finds what a walk finds: random rules, packets at their edges") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed)
    for (const Family family : {Family::v4, Family::v6}) {
      compare(family, seed, 6, 60);
      compare(family, 100 + seed, 40, 200);
    }
  compare(Family::v4, 1000, 900, 400);
  compare(Family::v6, 1001, 500, 200);
}

TEST_CASE("an index of ten thousand rules is small, and skips nearly all") {
  std::string text = "*filter\n:FORWARD DROP [0:0]\n";
  Random random(1);
  for (unsigned i = 0; i < 10'000; ++i)
    text += fmt::format("-A FORWARD -d 10.{}.{}.{}/32 -p tcp -m tcp --dport {} -j ACCEPT\n", random.below(4), random.below(256), random.below(256), 1 + random.below(1000));
  const Parsed parsed = parse_ruleset(text + "COMMIT\n", {.file = "test", .family = Family::v4});
  World world;
  const Program program = compile(parsed.ruleset.tables.front(), Family::v4, world, Lookup::always_indexed);
  const RuleIndex index(program, 0, 10'000);
  CHECK(index.bytes() < 1'000'000);
  FieldValues fields;
  for (const auto& [field, value] : {std::pair{Field::proto, 6U}, {Field::dst, 0x0a000001U}, {Field::dport, 5000U}, {Field::l4_len, 40U}, {Field::frag_off, 0U}}) fields.set(field, value);
  CHECK(index.find(program, fields, 0) == program.rules.back().next);
  const Rule& rule = parsed.ruleset.tables.front().at(Hook::forward)->rules.at(7000);
  fields.set(Field::dst, rule.basic.dst.address);
  fields.set(Field::dport, std::get<NumRange>(rule.matches.at(0).given.at(0).value).low);
  const auto found = index.find(program, fields, 0);
  REQUIRE(found);
  CHECK(program.ops.at(*found).kind == Op::Kind::act);
  CHECK(program.ops.at(*found).a == 7000);
  // A header that is cut short drops the packet wherever -m tcp is asked first.
  fields.set(Field::l4_len, 10);
  CHECK_FALSE(index.find(program, fields, 0));
}
