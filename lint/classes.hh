// What becomes of a set of packets: classes of those that the same rule ends in the same way, as
// few pieces as can be said, with a packet of each that is shown to go that way.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lint/explore.hh"
#include "lint/prepare.hh"
#include "lint/traffic.hh"
#include "lint/witness.hh"

namespace fwsim {

struct Class {
  Way way = Way::input;
  PieceFate fate = PieceFate::passed;
  std::optional<RuleId> by;      // none: nothing but the end of the way
  bool vague = false;            // "may"
  std::vector<Piece> pieces;     // as they begin the way; what no packet is, is not left out of them
  std::vector<Piece> real;       // the same, as they were asked about and with that left out: at most 64
};

struct Classes {
  std::vector<Class> list;       // passed ones first; in order of rules
  bool complete = true;          // false: too much to look at, and not all was seen
};

// The packets of a way that a question asks about, apart from each other. `exact` is set to false when they
// are fewer than the pieces hold.
std::vector<Piece> pieces_of(const Explorer& explorer, Way way, const Pred& pred, bool mark_given, bool& exact);

Classes classify(const Explorer& explorer, Way way, const std::vector<Piece>& pieces, ExploreOptions options = {});

// What all packets that were asked about have in common by the laws of their protocols (a header that is there, the
// flags of a first packet) is left open: then pieces of several protocols can be joined, and are shorter to say.
void relax(const Space& space, Piece& piece, const Piece& asked);
// The reverse, for packets: pieces with what was asked of them again, as the real pieces of their class have it.
std::vector<Piece> as_asked(const Space& space, std::vector<Piece> pieces, const std::vector<Piece>& real);

// Whether the fate hangs on what cannot be told. Which address or port the kernel takes when it translates the source
// is none of that: no rule comes after it.
bool unsure(const Explorer& explorer, const Leaf& leaf);

// Adds what ends in a leaf to its class. False when no packet does; without `laws`, what no packet is counts too.
bool add_leaf(const Explorer& explorer, Way way, const Leaf& leaf, const Piece& asked, Class& c, bool laws = true);

// The rule or policy that ended the way of these packets; of passed ones that by which the filter table let them.
std::optional<RuleId> decider(const Leaf& leaf);

// Joins pieces that differ in one variable only, and leaves out those inside others.
void merge(std::vector<Piece>& pieces);

// A packet of the class whose fate and rule the simulator confirms. `host` may be null.
std::optional<Witness> packet_of(const Explorer& explorer, const Class& c, const Host* host);
// Whether the simulator's word for the end of a packet is that of a piece.
bool agrees(const Result& result, PieceFate fate);

// For reports.
struct RulePlace {
  std::string name;              // "filter/INPUT/3"; empty when no rule decides
  std::string file;
  unsigned line = 0;
};
RulePlace place_of(const Symbolic& rules, const std::optional<RuleId>& id);

struct PieceText {
  std::string text;              // "from 10.0.0.0/8 in eth0": beyond what was asked
  std::vector<std::pair<std::string, std::string>> fields;   // "src", "10.0.0.0/8"
};
// `all`: what was asked about.
PieceText describe(const Space& space, const Piece& piece, const Piece& all);
// The least piece that holds all of them.
Piece hull(const std::vector<Piece>& pieces);

}  // namespace fwsim
