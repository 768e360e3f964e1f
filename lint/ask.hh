// A question about a set of packets: do all, none or some of them pass, and which.
#pragma once

#include <string>
#include <vector>

#include "lint/classes.hh"
#include "lint/traffic.hh"

namespace fwsim {

enum class Share : std::uint8_t {
  all, none, some,
  may,      // it hangs on what cannot be told
  nothing   // no packet is like that
};
std::string_view share_name(Share share);

struct AnsweredClass {
  Way way = Way::input;
  PieceFate fate = PieceFate::passed;
  bool may = false;
  RulePlace by;
  std::vector<PieceText> pieces;
  std::string packet;            // as a question; empty when no packet could be shown to go that way
};

struct RangeAnswer {
  std::string question;
  Family family = Family::v4;
  Share share = Share::nothing;
  bool complete = true;
  bool exact = true;
  std::vector<Way> ways;
  std::vector<AnsweredClass> classes;
  std::vector<std::string> assumed;
};

// The ways that the traffic can take. Of a host that nobody described (null) arriving packets are taken to be for
// itself unless a device to leave by is named, as for single packets; that is put into `assumed`.
std::vector<Way> ways_of(const Traffic& traffic, const Host* host, std::vector<std::string>& assumed);

// Unless the question gives a state, about packets that begin connections. `host` may be null.
RangeAnswer ask_all(const Ruleset& ruleset, const Host* host, const Traffic& traffic);

// What classes of packets amount to.
Share share_of(const std::vector<Class>& classes, bool complete, bool exact);

// The pieces of a class in words, beyond what all of them have in common with `asked`.
std::vector<PieceText> describe_all(const Space& space, const std::vector<Piece>& pieces, const std::vector<Piece>& asked);

}  // namespace fwsim
