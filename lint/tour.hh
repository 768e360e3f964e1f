// A capture that shows every rule at work: one packet for each rule that any can reach, on one host for all of them, and
// the rules that none reaches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/facts.hh"
#include "lint/witness.hh"

namespace fwsim {

struct Stop {
  RuleId rule;
  enum class Kind : std::uint8_t {
    shown,       // the packet comes to it, the simulator says so
    never,       // no packet can
    perhaps,     // some may, but none could be shown: it depends on what is not in the packet, or on an earlier connection
    undecided
  };
  Kind kind = Kind::perhaps;
  std::size_t packet = 0;      // shown: index into Tour::packets; one packet may show several rules
};

struct TourPacket {
  Packet packet;
  std::string device;          // where it arrives; where it leaves when the host sends it
  bool sent = false;
  std::string question;        // empty for packets that only open a connection for the next
};

struct Tour {
  Host host;                   // as described, or made so that the packets go their ways
  bool made = false;           // nothing was described
  std::vector<TourPacket> packets;   // in order of time
  std::vector<Stop> stops;     // every rule, by place in the ruleset
};

Tour make_tour(const Facts& facts);

}  // namespace fwsim
