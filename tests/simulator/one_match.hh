// One rule in raw PREROUTING, and what becomes of packets that meet it.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

#include "packet_builder.hh"
#include "parser/parse.hh"
#include "simulator/traverse.hh"

namespace fwsim::test {

// As it comes by Ethernet from 02:00:00:00:00:02.
inline Packet arrived(Family family, std::vector<std::uint8_t> bytes, std::size_t missing = 0) {
  Packet packet{.family = family, .bytes = std::move(bytes), .missing = missing};
  const bool v4 = family == Family::v4;
  packet.link.ethernet = {2,
                          0,
                          0,
                          0,
                          0,
                          1,
                          2,
                          0,
                          0,
                          0,
                          0,
                          2,
                          static_cast<std::uint8_t>(v4 ? 0x08 : 0x86),
                          static_cast<std::uint8_t>(v4 ? 0x00 : 0xdd)};
  packet.link.present = true;
  packet.fields.set(Field::mac_src, 0x020000000002);
  packet.fields.set(Field::pkttype, 0);
  return packet;
}

class OneRule {
 public:
  OneRule(const std::string& rule, Family family)
      : parsed_(parse_ruleset("*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING " + rule + "\nCOMMIT\n",
                              {.file = "test", .family = family})),
        program_(compile(parsed_.ruleset.tables.front(), family, world)) {}

  bool good() const { return !has_errors(parsed_.diagnostics); }

  std::string verdict(Packet packet) {
    if (!decode(packet)) return "refused";
    const auto before = program_.rules.front().counters.packets;
    const Traversal way = traverse(program_, Hook::prerouting, packet, world, nullptr);
    if (program_.rules.front().counters.packets != before) return "match";
    return way.end == Traversal::End::drop ? "hotdrop" : "no";
  }

  // What the oracle of its first match says.
  Answer answer(Packet packet) {
    if (!decode(packet)) return Answer::unknown;
    const Table& table = parsed_.ruleset.tables.front();
    const MatchUse& use = table.at(Hook::prerouting)->rules.at(0).matches.at(0);
    const auto oracle = find_oracle(use.name)->make(use, packet.family, world);
    return oracle->test(packet, {Hook::prerouting, table.id, packet.family}, world);
  }

  World world;

 private:
  Parsed parsed_;
  Program program_;
};

}  // namespace fwsim::test
