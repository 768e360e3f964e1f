// What two versions of a ruleset do differently: every class of packets whose fate, rewriting or marks
// change, by the rules responsible. Nothing found is a proof that no packet is treated differently.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lint/align.hh"
#include "lint/compare.hh"
#include "lint/prepare.hh"
#include "lint/traffic.hh"
#include "lint/witness.hh"

namespace fwsim {

struct DiffOptions {
  bool logs = false;                 // what is logged counts too
  bool quick = false;                // packets are not looked at: either the rules themselves tell, or it is not decided
  bool other_words = false;          // one is written for nft: rules are the same that mean the same, and packets are left out
                                     // whose headers are cut off, which matches of iptables drop
  std::vector<Traffic> allowed;      // changes that are intended
  ExploreOptions explore;            // the budget is that of one rule, or one class
  std::size_t most_pieces = 4000;    // of the packets that come to one rule; beyond it, it is not decided
  std::size_t most_shown = 8;        // classes of a group for which packets are confirmed
};

struct DiffClass {
  Way way = Way::input;
  Piece packets;                     // as they begin the way
  std::string text;                  // in words
  std::optional<Witness> packet;
  bool confirmed = false;            // the simulator, too, treats the packet differently
};

// Classes that the same two rules decide, with the same two outcomes.
struct DiffGroup {
  std::optional<RuleId> before, after;   // the rules or policies that decide; none: nothing but the end of the way
  std::string was, now;                  // "dropped", "passed, dst 10.0.0.5"
  bool perhaps = false;                  // depends on what the packet does not tell: limits, random choices, the mark it came with
  bool notes_only = false;               // treated alike, but what is remembered or logged of them differs
  std::vector<DiffClass> classes;
};

// Where the budget was too small, or what is beyond comparison: nothing is said of these packets.
struct NotDecided {
  std::size_t version = 0;               // 0 before, 1 after
  std::optional<RuleId> rule;            // packets that come to it
  std::string text;
  std::optional<Witness> packet;         // one that does
};

struct Diff {
  Prepared prepared;                     // before, after
  std::unique_ptr<RuleTexts> texts;
  Alignment alignment;
  std::vector<DiffGroup> groups;
  std::vector<DiffGroup> allowed;
  std::vector<NotDecided> undecided;

  bool same() const { return groups.empty() && allowed.empty() && undecided.empty(); }
  bool acceptable() const { return groups.empty() && undecided.empty(); }
};

// Whether the simulator shows that this packet ends differently: its fate, its fields, answers to it.
bool treated_differently(const Witness& witness, const Ruleset& before, const Ruleset& after);

// Rulesets of one family. They and the host (may be null) must outlive the result.
Diff diff(const Ruleset& before, const Ruleset& after, const Host* host = nullptr, const DiffOptions& options = {});

}  // namespace fwsim
