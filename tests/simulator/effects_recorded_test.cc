// What targets did to packets on Linux 6.18, many of them malformed: replayed.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "one_target.hh"
#include "simulator/log_line.hh"
#include "simulator/routing.hh"

using namespace fwsim;
using fwsim::test::hex;
using fwsim::test::OneTarget;
using fwsim::test::packet_of;
using fwsim::test::to_hex;

namespace {

std::ifstream open_recorded(const std::string& name) {
  std::ifstream in(std::string(FWSIM_SOURCE_DIR) + "/tests/simulator/recorded/" + name);
  REQUIRE(in);
  return in;
}

// The router of the recordings: eth0 with an MTU of 1450, eth1 with one of 1400.
Host recorded_host() {
  Host host;
  host.interfaces = {{.name = "lo", .index = 1, .ethernet = false, .loopback = true, .mtu = 65536},
                     {.name = "eth0", .index = 2, .mtu = 1450},
                     {.name = "eth1", .index = 3, .mtu = 1400}};
  const auto add = [&](Family family, const char* network, const char* device, const char* own) {
    const Prefix prefix = *read_prefix(family, network);
    host.routes.push_back({.family = family, .destination = prefix, .hops = {{.device = device}}});
    if (own)
      host.interfaces[static_cast<std::size_t>(device[3] - '0') + 1].addresses.push_back(
          {.family = family,
           .address = *read_address(family, own),
           .length = static_cast<unsigned>(prefix_length(family, prefix.mask))});
  };
  add(Family::v4, "192.168.1.0/24", "eth0", "192.168.1.1");
  add(Family::v4, "0.0.0.0/0", "eth1", "203.0.113.1");
  add(Family::v6, "2001:db8:1::/64", "eth0", "2001:db8:1::1");
  add(Family::v6, "2001:db8:2::/64", "eth1", "2001:db8:2::1");
  return host;
}

std::string after(OneTarget& rule, const std::string& before) {
  Packet packet = packet_of(hex(before));
  const Outcome outcome = rule.apply(packet);
  if (outcome == Outcome::drop) return "dropped";
  if (outcome != Outcome::next_rule) return "ended";
  const std::string bytes = to_hex(packet.bytes);
  return bytes == before ? "same" : bytes;
}

// An answer as the recordings have it: a source of 0 is the router's address.
std::string answer(OneTarget& rule, const std::string& before) {
  Packet packet = packet_of(hex(before));
  REQUIRE(decode(packet));
  packet.fields.set(Field::pkttype, 0);
  packet.fields.set(Field::dst_type, static_cast<unsigned>(RouteType::unicast));
  CHECK(rule.apply(packet) == Outcome::drop);
  if (rule.world.generated.empty()) return "none";
  Packet reply = std::move(rule.world.generated.back());
  rule.world.generated.clear();
  CHECK(reply.locally_sent);
  if (reply.fields.get(Field::src) == 0) {
    set_field(reply, Field::src,
              *read_address(rule.family(), rule.family() == Family::v4 ? "192.168.1.1" : "2001:db8:1::1"));
    fix_checksums(reply);
  }
  return to_hex(reply.bytes);
}

// Calls `check(rule, packet, expected)` for each packet below a rule.
template <class Check>
void replay(const std::string& name, unsigned least, Check check) {
  std::ifstream in = open_recorded(name);
  const Host host = recorded_host();
  const Routing routing(host);
  std::unique_ptr<OneTarget> rule;
  std::string text;
  unsigned count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line[0] == '#') continue;
    if (line[0] != ' ') {
      text = line;
      rule = std::make_unique<OneTarget>(text);
      rule->world.routing = &routing;
      // Recorded without limits on how many answers go out.
      rule->world.host.sysctls["net.ipv4.icmp_ratemask"] = "0";
      rule->world.host.sysctls["net.ipv6.icmp.ratemask"] = "";
      INFO(text);
      REQUIRE(rule->good());
      continue;
    }
    const std::size_t space = line.find(' ', 2);
    const std::string packet = line.substr(2, space - 2);
    INFO(text, " on ", packet);
    check(*rule, packet, line.substr(space + 1));
    ++count;
  }
  CHECK(count >= least);
}

}  // namespace

TEST_CASE("targets rewrite packets as the kernel did") {
  replay("rewrites.txt", 200, [](OneTarget& rule, const std::string& packet, const std::string& expected) {
    CHECK(after(rule, packet) == expected);
  });
}

TEST_CASE("REJECT answers as the kernel did") {
  replay("rejects.txt", 100, [](OneTarget& rule, const std::string& packet, const std::string& expected) {
    CHECK(answer(rule, packet) == expected);
  });
}

TEST_CASE("HMARK computes the kernel's marks") {
  std::ifstream in = open_recorded("hmark.txt");
  std::vector<std::unique_ptr<OneTarget>> rules;
  std::string family;
  unsigned count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line[0] == '#') continue;
    if (line[0] == 'f') {
      family = line.substr(7);
      rules.clear();
    } else if (line[0] == 'r') {
      rules.push_back(std::make_unique<OneTarget>(family + " mangle PREROUTING " + line.substr(5)));
      REQUIRE(rules.back()->good());
    } else {
      std::istringstream words(line);
      std::string bytes, mark;
      words >> bytes;
      for (auto& rule : rules) {
        words >> mark;
        Packet packet = packet_of(hex(bytes));
        packet.fields.set(Field::mark, 0xdddd);
        CHECK(rule->apply(packet) == Outcome::next_rule);
        INFO(bytes);
        CHECK(packet.fields.number(Field::mark) == *read_number("0x" + mark));
        ++count;
      }
    }
  }
  CHECK(count > 500);
}

TEST_CASE("LOG writes the kernel's lines") {
  std::ifstream in = open_recorded("log_lines.txt");
  Packet packet;
  unsigned count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line[0] == '#') continue;
    if (line[0] != ' ') {
      packet = packet_of(hex(line));
      REQUIRE(decode(packet));
      packet.link.present = true;
      packet.link.ethernet = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 1, 1, 8, 0};
      if (packet.family == Family::v6) packet.link.ethernet[12] = 0x86, packet.link.ethernet[13] = 0xdd;
      packet.fields.set(Field::in_if, name_word("eth0"));
      packet.fields.set(Field::out_if, name_word("eth1"));
      continue;
    }
    const bool all = line[2] == 'b';
    const LogParts parts{all, all, all, all, all};
    if (line.find("MARK=0xab") != line.npos) packet.fields.set(Field::mark, 0xab);
    CHECK(log_line(packet, all ? "b " : "a", parts) + "|" == line.substr(2));
    ++count;
  }
  CHECK(count > 200);
}
