// The ways a packet can take through the hooks, as lists of stages: what arrives and is delivered,
// what arrives and is forwarded, what the host sends.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lint/symbolic.hh"
#include "model/host.hh"

namespace fwsim {

enum class Way : std::uint8_t { input, forward, output };
inline constexpr Way all_ways[] = {Way::input, Way::forward, Way::output};
std::string_view way_name(Way way);   // "input"

struct WayStage {
  enum class Kind : std::uint8_t { table, conntrack, routing };
  Kind kind = Kind::table;
  Hook hook = Hook::prerouting;
  TableId table = TableId::filter;
  bool idle = false;                 // no rules, and the policy accepts: only who asks for the policy looks here
  bool apart = false;                // source and destination differ, but for what comes by lo
  std::vector<Box> laws;             // what no packet is from here on
  std::vector<Box> untracked;        // conntrack: what it leaves alone of itself
};

// Packets with a past that no rule tells: what came before in a tunnel, or looped back to this host, has the mark it got
// there; what loops back, and an error or a reset that this host answers with, is of a connection before conntrack looks.
// What becomes of them is "may".
struct Past {
  Piece start;
  bool told = false;         // ct_state is known from the start; NOTRACK comes too late
};

// What is fixed about one way through a ruleset.
struct WayPlan {
  Way way = Way::input;
  std::vector<WayStage> stages;
  Piece start;               // every packet that may begin this way. ct_state and out_if hold what conntrack and
                             // routing will say, though rules before those do not see it
  std::vector<Past> pasts;   // where rules can see one
  // `start`, and packets that come with a mark, where rules can see it.
  const Piece& marked() const { return !pasts.empty() && !pasts.front().told ? pasts.front().start : start; }
  std::vector<Box> laws;     // what no packet is that begins this way
  std::vector<std::vector<bool>> written;   // by stage: variables that this stage or a later one may change
};

// `host` may be null: then nothing is known, every address may be the host's own, and each device may exist.
WayPlan plan_way(const Symbolic& rules, Way way, const Host* host);

// Names to a space's builder what plan_way() asks.
void add_laws(SpaceBuilder& builder, Family family, const Host* host);

}  // namespace fwsim
