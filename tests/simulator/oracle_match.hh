// One match as a rule has it, asked about packets without the rest of the rule.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "parser/parse.hh"
#include "simulator/oracle.hh"
#include "simulator/world.hh"
#include "tests/simulator/packet_builder.hh"

namespace fwsim::test {

class Match {
 public:
  Match(World& world, const std::string& match, Family family = Family::v4, Hook hook = Hook::forward)
      : world_(world),
        parsed_(parse_ruleset("*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n"
                              ":OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A " +
                                  std::string(hook_name(hook)) + " " + match + "\nCOMMIT\n",
                              {.file = "test", .family = family})),
        where_{.hook = hook, .table = TableId::mangle, .family = family} {
    CAPTURE(match);
    REQUIRE(!has_errors(parsed_.diagnostics));
    const Rule& rule = parsed_.ruleset.tables.front().at(hook)->rules.front();
    const OracleKind* kind = find_oracle(rule.matches.back().name);
    REQUIRE(kind);
    oracle_ = kind->make(rule.matches.back(), family, world);
  }

  Answer ask(Packet& packet) { return oracle_->test(packet, where_, world_); }
  Answer ask(Packet&& packet) { return oracle_->test(packet, where_, world_); }
  bool operator()(Packet packet) { return ask(packet) == Answer::yes; }
  std::string why() const { return oracle_->why(); }

 private:
  World& world_;
  Parsed parsed_;
  Where where_;
  std::unique_ptr<Oracle> oracle_;
};

inline Packet decoded(Packet packet) {
  decode(packet);
  return packet;
}
inline Packet from(std::uint32_t source) {
  Packet packet = decoded(v4(17, datagram()));
  packet.fields.set(Field::src, source);
  return packet;
}

inline constexpr std::uint32_t client = 0xc0a8010a;  // 192.168.1.10, the builder's source
inline constexpr std::int64_t second = 1'000'000'000, tick = second / 250;

}  // namespace fwsim::test
