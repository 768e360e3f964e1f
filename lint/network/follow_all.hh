// A set of packets through several firewalls: which of them arrive and which do not, by the rules of which hosts, and whether answers
// come back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/ask.hh"
#include "lint/network/flights.hh"

namespace fwsim {

// Packets that go by the same hosts and rules to the same end.
struct PathClass {
  PathPlace from;
  std::vector<RangeHop> hops;
  LegEnd end = LegEnd::unknown;
  std::string why;                     // of what no rule ended
  std::optional<std::size_t> link;
  std::optional<u128> next_hop;
  std::optional<std::size_t> loop;
  bool may = false;                    // some packets may go that way, and whether they do cannot be told
  std::string doubt;                   // then: why not
  std::vector<PieceText> pieces;       // the packets, as they began
  std::string packet;                  // as a question; empty when none could be shown to go that way. Where the end is unknown: one of them
  std::optional<PathAnswer> shown;     // what becomes of it
  // Of those that arrive: packets that were followed there and back, and those of them whose answers came back (or that have none by
  // their nature); and one, if there is one, whose answer did not.
  unsigned tried = 0, answered = 0;
  bool all_answered = false;           // proved for all of them
  std::string unanswered;
  std::optional<PathAnswer> shown_unanswered;
  bool arrives() const { return end == LegEnd::host || end == LegEnd::system || end == LegEnd::outside; }
};

struct PathRange {
  std::string question;
  Family family = Family::v4;
  Share share = Share::nothing;        // of the way there
  bool complete = true;
  std::vector<PathClass> classes;      // those that arrive first
  std::vector<std::string> left_out;   // of the question: sources from which nothing can come
  std::vector<std::string> assumed;
  bool all_answered() const;           // proved, or of the packets that were followed
};

struct RangeStart {
  const Topology& topology;
  const std::vector<NetworkMember>& members;
  std::optional<PathPlace> from;       // otherwise sources tell where packets begin
  std::uint64_t seed = 1;
};

// About packets that begin connections, each as the first of a network that remembers nothing, no longer than links take and with hops
// enough. Every class that is not "may" is shown by a packet that the simulator takes that way; "all" and "none" hold for every packet.
PathRange follow_all(const RangeStart& start, Family family, const Traffic& traffic);

}  // namespace fwsim
