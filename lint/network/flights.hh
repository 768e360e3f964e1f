// Sets of packets on their way through several hosts, each as the first of a network that remembers nothing: split wherever a rule, a
// route or a neighbour takes some of them elsewhere, with what is needed to say how they began.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lint/network/by_address.hh"
#include "lint/network/joint_rules.hh"
#include "simulator/network/path.hh"

namespace fwsim {

struct RangeTranslation {
  bool source = false;
  RuleId rule;
  RulePlace place;                     // of the rule, for reports
  std::string to;                      // "198.51.100.1", "10.2.0.80:8443"
  bool operator==(const RangeTranslation& other) const { return source == other.source && rule == other.rule && to == other.to; }
};

// As PathHop, for many packets.
struct RangeHop {
  std::size_t host = 0;
  std::string in, out;                 // devices; empty where there is none
  std::optional<std::size_t> out_link;
  std::optional<RuleId> by;            // that ended it there, or let it pass the filter table
  RulePlace place;                     // of that rule, for reports
  PieceFate fate = PieceFate::passed;
  std::vector<RangeTranslation> translations;
  bool operator==(const RangeHop& other) const {
    return host == other.host && in == other.in && out_link == other.out_link && by == other.by && fate == other.fate && translations == other.translations;
  }
};

// Packets that have been at a host.
struct Stay {
  std::shared_ptr<const Stay> before;
  RangeHop hop;
  Way way = Way::forward;
  Piece arrived, left;                 // as the host's explorer sees them
  TrailPtr trail;
  bool rewritten = false;              // something that they have on the wire is another than when they came
};
using StayPtr = std::shared_ptr<const Stay>;

// Packets that have ended their way.
struct RangeFlight {
  PathPlace from;
  StayPtr last;                        // null: they came to no host
  Piece piece;                         // without hosts: as they began
  LegEnd end = LegEnd::unknown;
  std::string why;                     // of what no rule ended
  std::optional<std::size_t> link;
  std::optional<u128> next_hop;
  std::optional<std::size_t> loop;     // the host, counted from the first, to which they come once more
  bool may = false;                    // whether any come so far cannot be told
  std::string doubt;                   // then: why not
  std::vector<const Stay*> stays() const;   // first one first
};

class Flights {
 public:
  explicit Flights(const JointRules& rules);

  // All packets of the pieces, which have header fields only (is_carried), from the place. False: there was too much to look at, and
  // not all was seen.
  bool follow(const PathPlace& from, std::vector<Piece> pieces, const std::function<void(const RangeFlight&)>& see);

  // As they began: without what no packet is, at most `most`; or in one piece, which says less.
  std::vector<Piece> origins(const RangeFlight& flight, std::size_t most) const;
  std::optional<Piece> origin(const RangeFlight& flight) const;
  // Whether packets have it on the wire, and no host takes it off.
  static bool is_carried(Field field);

 private:
  // On a link, before the host that takes them.
  struct Moving {
    PathPlace from;
    StayPtr last;
    Piece wire;
    const LinkEnd* at = nullptr;
    std::set<Var> loose;               // some value of those, and which is not told
    bool may = false;
    std::string doubt;
  };
  // At a host, where rules and routes have taken them so far.
  struct Visit {
    const Moving& moving;
    const Explorer& explorer;
    std::size_t host = 0;
    std::string in;
    Piece arrived;
  };

  void send(const PathPlace& from, const Piece& piece);
  void put_on_link(const PathPlace& from, const Piece& piece);
  void arrive(Moving moving);
  bool goes_round(const Moving& moving);
  void decide(const Visit& visit, const Leaf& routed);
  void go_on(const Visit& visit, Way way, Piece piece, const Sector& sector);
  void stop(const Visit& visit, Way way, const Leaf& leaf);
  void leave(const Visit& visit, const Leaf& leaf, Way way, const Decision& route);
  void hand_on(Moving moving, Stay stay, const std::optional<u128>& gateway);
  void end(const Moving& moving, RangeFlight flight);
  void unaccounted(const Visit& visit, const Piece& all, const std::vector<Piece>& seen);

  std::optional<std::vector<Sector>> routes(std::size_t host, const std::string& in, const AtomSet& src, const AtomSet& dst);
  std::optional<std::vector<Sector>> split(ByAddress& table, const AtomSet& src, const AtomSet& dst);
  // What the leaf says of packets that came: whether it can be told, or why not.
  void judge(const Visit& visit, const Leaf& leaf, Moving& moving) const;
  Stay stay_of(const Visit& visit, const Leaf& leaf, Way way) const;
  void translate(const Visit& visit, Stay& stay, Moving& moving) const;
  std::vector<std::pair<Piece, bool>> masqueraded(const Stay& stay, const Decision& route) const;
  Piece carried(const Piece& from, Piece into) const;
  Piece begin_at(const Explorer& explorer, Way way, const Piece& wire, const std::string& in) const;
  const std::string& name(std::size_t host) const { return rules_.net().name(host); }

  const JointRules& rules_;
  Piece fresh_;                        // what a host notes of the first packet of a connection
  std::map<std::pair<std::size_t, std::string>, ByAddress> routes_;
  std::vector<Moving> moving_;
  std::function<void(const RangeFlight&)> see_;
  bool complete_ = true;
  std::size_t work_ = 0;               // visits so far
};

}  // namespace fwsim
