// Takes sets of packets along a way, rule by rule, exactly: a piece that a rule splits goes on as
// several. Depth first, so that a question that needs one packet stops at the first.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "lint/symbolic.hh"
#include "lint/ways.hh"
#include "model/host.hh"

namespace fwsim {

// What happened to a piece on its way, newest first.
struct Trail {
  enum class Kind : std::uint8_t {
    change,   // variable `var` was `was`
    laws,     // stage `stage` was passed: its laws held then
    matched,  // `rule` took it (only when asked for, see ExploreOptions)
    vague,    // whether `rule` took it cannot be told; here it did, or did not (`yes`)
    choice,   // what follows `rule` is not told by the packet (NFQUEUE, a connection's mapping); here `pick`
    accepted  // `rule`, or the policy, let it pass its table at `hook`
  };
  std::shared_ptr<const Trail> before;
  Kind kind = Kind::change;
  Var var = no_var;
  AtomSet was;
  const std::vector<Atom>* map = nullptr;
  const Change* by = nullptr;       // change: of `rule`; null when a known connection's mapping did it
  RuleId rule;                      // or the base chain's end where a mapping was applied
  bool yes = false;
  std::uint8_t pick = 0;
  Hook hook = Hook::prerouting;     // choice, accepted
  std::uint8_t stage = 0;
};
using TrailPtr = std::shared_ptr<const Trail>;

enum class PieceFate : std::uint8_t {
  passed,    // delivered, forwarded or sent: the end of the way
  dropped, rejected,
  queued,    // NFQUEUE
  diverted,  // TPROXY
  unknown,   // a target that is not known
  reached    // the rule that was asked for matched
};
std::string_view piece_fate_name(PieceFate outcome);   // "passed"

struct Leaf {
  PieceFate outcome = PieceFate::passed;
  std::optional<RuleId> by;    // the rule or policy that ended it
  Hook hook = Hook::prerouting;
  const Piece* piece = nullptr;   // as it is at the end
  TrailPtr trail;
  bool vague = false;          // by way of something that cannot be told: "may"
};

struct ExploreOptions {
  bool note_matched = false;          // Trail::Kind::matched for each rule on the way
  bool note_memory = false;           // or for those that do nothing but remember (SET, recent --set)
  bool note_logs = false;             // or log
  bool apart = false;                 // what a test with memory is not asked about is told apart from what it may take: more pieces, fewer "may"
  bool marked = false;                // arrivals(): of packets that may come with a mark (WayPlan::pasts)
  bool until_routing = false;         // explore(): only so far as the host decides where the packet goes; that is a leaf that passed
  std::uint64_t budget = 2'000'000;   // rules looked at before giving up
  // reach(): whether these packets, which should come there, are seen to; otherwise others are tried, a few times.
  std::function<bool(Way, const Piece&)> confirm{};
};

// The piece, or of it what is most ordinary: whole packets with whole headers, common protocols, new
// connections, addresses of hosts. For samples and witnesses.
Piece ordinary(const Space& space, Piece piece);

class Explorer {
 public:
  // What it refers to must outlive it. `host` may be null.
  explicit Explorer(const Symbolic& rules, const Host* host = nullptr);

  const Symbolic& rules() const { return rules_; }
  const Space& space() const { return *rules_.space; }
  const WayPlan& plan(Way way) const { return plans_[static_cast<std::size_t>(way)]; }

  // All packets of `piece` (of plan(way).start and within it) along the way. `see` returns false to
  // stop. False when the budget was used up: then not all was seen.
  bool explore(Way way, const Piece& piece, const std::function<bool(const Leaf&)>& see, const ExploreOptions& options = {}) const;

  // The packets, as they began the way, that end in this leaf: as many pieces as the laws make of
  // it, at most `most`; none when no packet can.
  std::vector<Piece> origins(Way way, const Leaf& leaf, std::size_t most = 1U << 16) const;

  // The same as one piece, with packets among it that the laws leave out. `begun` is what was explored;
  // it says of ct_state and out_if what the packets of the leaf did not live to see.
  std::optional<Piece> origin(const Leaf& leaf, const Piece& begun) const;

  // All packets, as they begin a way, that this rule matches or drops (or, of policies and ends, that come
  // there): what the laws leave out is among them. `see` returns false to stop. False when the budget was used up.
  bool arrivals(const RuleId& target, const std::function<bool(Way, const Piece&)>& see, const ExploreOptions& options = {}) const;

  struct Reached {
    enum class Answer : std::uint8_t { yes, maybe, never, gave_up };
    Answer answer = Answer::never;
    Way way = Way::input;
    Hook hook = Hook::prerouting;
    Piece packets;                // yes, maybe: packets as they begin the way
    TrailPtr trail;
    std::vector<RuleId> by;       // never: rules and policies that took what would have reached it
    bool by_laws = false;         // never: and some that no packet is (kernel's way)
  };
  // Whether some packet is matched by this rule, or for policies and ends of chains: comes to them.
  Reached reach(const RuleId& target, const ExploreOptions& options = {}) const;
  // The hooks from which a chain is reached by jumps, one bit each; 0: nothing leads there.
  HookSet hooks_of_chain(TableId table, std::uint16_t chain) const;

 private:
  struct Run;
  struct Hunt;
  struct Leads {                    // towards one chain
    std::vector<std::int64_t> last; // by chain: the last rule that leads there; -1: none
    Box entry;                      // what all packets that enter it have in common
  };
  const Leads& leads(TableId table, std::uint16_t chain) const;

  const Symbolic& rules_;
  std::vector<WayPlan> plans_;
  mutable std::array<std::vector<std::unique_ptr<Leads>>, table_count> leads_;
};

}  // namespace fwsim
