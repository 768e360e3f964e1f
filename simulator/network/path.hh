// One packet from host to host through a network, and its answer back through the same hosts and what they remember of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/network/internetwork.hh"
#include "simulator/result.hh"

namespace fwsim {

// Where a packet begins its way: at a host, or else at an end system or a stranger on a link.
struct PathPlace {
  std::optional<std::size_t> host;
  std::size_t link = 0;
};

// At one host.
struct PathHop {
  std::size_t host = 0;
  Packet packet;                       // as it came, or as the host made it
  Result result;
  std::optional<std::size_t> out_link;
};

enum class LegEnd : std::uint8_t {
  host,       // the last hop's host took it for itself
  system,     // an end system has it
  outside,    // it has left the known network
  stopped,    // the last hop dropped it
  lost,       // nobody on the link has the next hop
  unknown
};

struct PathLeg {
  Packet packet;                       // as it was sent
  PathPlace from;
  std::vector<PathHop> hops;
  LegEnd end = LegEnd::unknown;
  std::string why;                     // of lost and unknown
  std::optional<std::size_t> link;     // on which it was last
  std::optional<u128> next_hop;        // of outside: to whom it was handed
  Packet arrived;                      // of host, system and outside
  std::optional<std::size_t> loop;     // the first of the hops that came once more, with the same packet
  bool ended_well() const { return end == LegEnd::host || end == LegEnd::system || end == LegEnd::outside; }
};

struct PathAnswer {
  enum class Outcome : std::uint8_t {
    both_ways, one_way,   // one_way: by its nature it is not answered
    stopped_there, stopped_back,
    mismatched,           // the answer comes, but with other addresses than were asked
    unknown
  };
  PathLeg there;
  std::optional<PathLeg> back;
  Outcome outcome = Outcome::unknown;
  std::string why;                     // in words
  std::vector<std::string> assumed;
};

// Where a packet of this source begins; nothing, with the reason, when that is not clear.
std::optional<PathPlace> place_of(const Internetwork& net, Family family, u128 source, std::string& why);

// What hosts remember stays: another question is about another moment of the same network.
PathAnswer follow(Internetwork& net, Packet packet, PathPlace from);

}  // namespace fwsim
