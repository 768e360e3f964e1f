// What a rule of nft is made of, before it is text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/pred.hh"
#include "model/ruleset.hh"

namespace fwsim::nft {

// The family of the table that is written.
enum class Scope : std::uint8_t { ip, ip6, inet };

// A value of a test. `range` tells which ones overlap.
struct Element {
  Range range;
  std::string text;
  bool operator==(const Element&) const = default;
};

// One test of a rule: `key` is one of `elements`, or not; or all of it in `text`.
struct Piece {
  std::string key{};  // "tcp dport"; empty: `text` is all there is
  std::vector<Element> elements{};
  bool negated = false;
  bool bits = false;       // written "established,related", of keys that are bit masks
  bool memory = false;     // counts or remembers: it has its place, and is asked once
  bool unless = false;     // the rule goes on when this does NOT match, also for want of what is tested
  bool of_family = false;  // true only for packets of the rule's own family
  std::string text{};
  bool operator==(const Piece&) const = default;
};
using Pieces = std::vector<Piece>;

inline Piece text_piece(std::string text) { return {.text = std::move(text)}; }
inline Piece memory_piece(std::string text) { return {.memory = true, .text = std::move(text)}; }
inline Piece unless_piece(std::string text) { return {.unless = true, .text = std::move(text)}; }

// Any of these is enough; none: nothing matches.
using Ways = std::vector<Pieces>;
inline Ways one_way(Piece piece) { return {{std::move(piece)}}; }

// What a rule does once it matched.
struct Outcome {
  std::string action;        // statements: "log prefix \"x\""
  std::string verdict;       // "accept", "jump x"; empty: the next rule
  bool stops = false;        // no later rule of the chain sees the packet
  std::string otherwise;     // a verdict for packets that match and that the action lets go
  std::optional<Piece> but;  // packets for which this test is true are accepted instead
  bool ends = false;         // wherever it leads, the packet does not come back
  bool ports = false;        // maps ports: nft wants to know of which protocol
  // Instead of an action: what is done for each of these tests that is true, in a chain of its own.
  struct Step {
    std::string test, action;
  };
  std::vector<Step> steps;
  bool first_only = false;  // after one of them no other is looked at
};

// A rule as it is written.
struct Line {
  Pieces pieces{};
  std::string action{}, verdict{};
  bool stops = false;
  std::optional<Counters> counters{};
  std::string comment{};
  std::vector<std::string> remarks{};  // lines before it that begin with #
  std::optional<Family> family{};      // inet: only of packets of this family
  bool is_rule = true;                 // else just the remarks
  bool counts = false;                 // what the original counts: its counter belongs here
};

std::string piece_text(const Piece& piece);
std::string line_text(const Line& line, Scope scope);
// A list in braces, over several lines when it is long.
std::string braces(const std::vector<std::string>& items, std::size_t column);

}  // namespace fwsim::nft
