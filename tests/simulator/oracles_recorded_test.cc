// Matches with memory against the kernel: recorded packets with the exact tick of each and the
// rules that counted them. The files tell what a line means.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "parser/parse.hh"
#include "simulator/oracles/recent.hh"
#include "simulator/traverse.hh"

using namespace fwsim;

namespace {

constexpr std::int64_t tick = 4'000'000;

std::vector<std::uint8_t> transport(std::istringstream& line, const std::string& protocol, unsigned sport,
                                    unsigned dport, std::size_t length) {
  std::vector<std::uint8_t> bytes(length);
  put16(bytes, 0, protocol == "icmp" ? dport : sport);
  put16(bytes, 2, protocol == "icmp" ? 0 : dport);
  if (protocol == "icmp") put16(bytes, 4, sport);
  if (protocol == "udp") put16(bytes, 4, length);
  if (protocol == "tcp") {
    std::uint32_t flags = 0, seq = 0, ack = 0;
    line >> flags >> seq >> ack;
    put32(bytes, 4, seq);
    put32(bytes, 8, ack);
    bytes[12] = 0x50;
    bytes[13] = static_cast<std::uint8_t>(flags);
    put16(bytes, 14, 64240);
  }
  return bytes;
}

// As it passes FORWARD: one TTL less than it came with.
Packet packet_of(std::istringstream& line, Family family) {
  std::string protocol, src, dst;
  unsigned sport = 0, dport = 0, ttl = 0;
  std::size_t length = 0;
  line >> protocol >> src >> sport >> dst >> dport >> length >> ttl;
  const unsigned number = protocol == "tcp" ? 6 : protocol == "udp" ? 17 : 1;
  const std::size_t header = family == Family::v4 ? 20 : 40;
  Packet packet{.family = family};
  packet.bytes.assign(header, 0);
  if (family == Family::v4) {
    packet.bytes[0] = 0x45;
    put16(packet.bytes, 2, length);
    packet.bytes[8] = static_cast<std::uint8_t>(ttl - 1);
    packet.bytes[9] = static_cast<std::uint8_t>(number);
  } else {
    packet.bytes[0] = 0x60;
    put16(packet.bytes, 4, length - header);
    packet.bytes[6] = static_cast<std::uint8_t>(number);
    packet.bytes[7] = static_cast<std::uint8_t>(ttl - 1);
  }
  put_address(family, packet.bytes, header == 20 ? 12 : 8, *read_address(family, src));
  put_address(family, packet.bytes, header == 20 ? 16 : 24, *read_address(family, dst));
  const auto payload = transport(line, protocol, sport, dport, length - header);
  packet.bytes.insert(packet.bytes.end(), payload.begin(), payload.end());
  if (family == Family::v4) fix_header_checksum(packet);
  return packet;
}

struct Recording {
  Family family = Family::v4;
  std::int64_t loaded = 0;
  std::string rules;
  std::vector<std::string> packets;
  std::map<std::string, std::set<std::string>> lists;  // of recent, at the end
};

Recording read_recording(const std::string& name) {
  std::ifstream in(fmt::format("{}/tests/simulator/recorded/{}.trace", FWSIM_SOURCE_DIR, name));
  REQUIRE(in);
  Recording recording;
  for (std::string line; std::getline(in, line);) {
    const std::string word = line.substr(0, line.find(' '));
    const std::string rest = line.substr(std::min(line.size(), word.size() + 1));
    if (word == "family") recording.family = rest == "6" ? Family::v6 : Family::v4;
    if (word == "loaded") recording.loaded = std::stoll(rest);
    if (word == "rule") recording.rules += rest + "\n";
    if (word == "packet") recording.packets.push_back(rest);
    if (word == "list") recording.lists[rest.substr(0, rest.find(' '))].insert(rest.substr(rest.find(' ') + 1));
  }
  return recording;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

void replay(const std::string& name) {
  const Recording recording = read_recording(name);
  const Parsed parsed = parse_ruleset("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" +
                                          recording.rules + "COMMIT\n",
                                      {.file = name, .family = recording.family});
  REQUIRE(!has_errors(parsed.diagnostics));
  World world;
  world.now = recording.loaded * tick;
  world.conntrack.active[0] = world.conntrack.active[1] = true;
  Program program = compile(parsed.ruleset.tables.front(), recording.family, world);
  unsigned number = 0;
  for (const std::string& text : recording.packets) {
    std::istringstream line(text);
    std::int64_t at = 0;
    line >> at;
    world.now = at * tick;
    Packet packet = packet_of(line, recording.family);
    REQUIRE(decode(packet));
    packet.fields.set(Field::in_if, name_word("eth0"));
    packet.fields.set(Field::out_if, name_word("eth1"));
    world.conntrack.track(packet, false, world.now);
    std::vector<Step> path;
    const Traversal way = traverse(program, Hook::forward, packet, world, &path);
    if (way.end == Traversal::End::accept) world.conntrack.confirm(packet, world.now);
    std::string counted;
    for (const Step& step : path)
      if (step.rule && step.rule->is_rule()) counted += fmt::format(" {}", step.rule->index + 1);
    CAPTURE(number++);
    CAPTURE(text);
    CHECK(counted == text.substr(text.find(':', text.find(" :")) + 1));
  }
  for (const auto& list : recording.lists) {
    CAPTURE(list.first);
    CHECK(lines_of(recent_lists(world)[list.first]) == list.second);
  }
}

}  // namespace

TEST_CASE("recorded: recent keeps stamps, rings and lists as the kernel does") { replay("recent"); }
TEST_CASE("recorded: hashlimit counts packets, bytes and rates as the kernel does") { replay("hashlimit"); }
TEST_CASE("recorded: quota, statistic, connlabel, cluster and connlimit") { replay("connections"); }
TEST_CASE("recorded: the same for IPv6") { replay("v6"); }
