// What becomes of the traffic that checks ask about: one space for all their questions, each answered once. Checks of
// exposure and audits read their findings off these lists.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lint/classes.hh"
#include "lint/prepare.hh"

namespace fwsim {

// Traffic as for read_traffic(), on one way. Without a state it is about packets that begin connections.
struct Asked {
  Way way = Way::input;
  std::string_view traffic;
  // Of a ruleset of the other family it is not asked.
  std::optional<Family> family = {};
  // Also packets that the kernel by itself lets come nowhere: 127.0.0.1 from the wire. What would the rules do with them?
  bool lawless = false;
};
inline constexpr Asked new_in{Way::input, "any any -> any"}, new_through{Way::forward, "any any -> any"}, new_out{Way::output, "any any -> any"};

struct Answered {
  std::vector<Piece> asked;                      // the packets; none when no packet is like that
  std::vector<Class> passed, stopped, other;     // other: queued, diverted, or a target that is not known
  bool complete = true;                          // false: there are more than these

  // All packets for certain; false when none is asked about.
  bool all_pass() const;
  bool all_stop() const;
};

class Answers {
 public:
  // Ruleset and host (may be null) must outlive it. Only these questions can be put to it.
  Answers(const Ruleset& ruleset, const Host* host, std::span<const Asked> questions);

  const Answered& of(const Asked& question) const;
  const Space& space() const { return *prepared_.space; }
  const Host* host() const { return host_; }   // may be null
  const Explorer& explorer() const { return prepared_[0]; }
  // A packet of the class that is shown to go that way by its rule; of these pieces only, when some are given. Empty when
  // none could be shown.
  std::string packet(const Class& c, const std::vector<Piece>& pieces = {}) const;
  // "tcp from 10.0.0.0/8 to any port 22": what the piece limits.
  std::string words(Way way, const Piece& piece) const;

 private:
  using Key = std::tuple<Way, std::string_view, bool>;
  Answered find(const Asked& question, const Pred& pred) const;

  const Host* host_;
  std::map<Key, Pred> preds_;
  Prepared prepared_;
  mutable std::map<Key, Answered> found_;
};

// The part of a piece with these values of the field; none when there is none. Parts of atoms count whole.
std::optional<Piece> part_of(const Space& space, const Piece& piece, Field field, const std::vector<Range>& ranges);
// How many values of the field, which is no address, the pieces have together.
u128 values_of(const Space& space, Field field, const std::vector<Piece>& pieces);
// Whether the pieces come from at least half of all addresses: "from anywhere".
bool from_anywhere(const Space& space, const std::vector<Piece>& pieces);

}  // namespace fwsim
