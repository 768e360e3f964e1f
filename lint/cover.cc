// Facts::cover(): who is to blame that no packet is left for a rule. That it is so was proved by reach(); here the
// fewest rules are looked for that explain it.
#include <algorithm>
#include <optional>

#include "lint/facts.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_pieces = 20'000;   // then the explanation is not worth the time
constexpr std::size_t most_tried = 200;       // rules that minimising looks at

struct Taker {
  RuleId rule;
  const std::vector<Box>* boxes;   // of Facts
};

// False when it grew too big.
bool take_out(std::vector<Piece>& pieces, const std::vector<Box>& boxes, bool& took) {
  took = false;
  for (const Box& box : boxes) {
    std::vector<Piece> left;
    for (Piece& piece : pieces) {
      if (split(piece, box, left))
        took = true;
      else
        left.push_back(std::move(piece));
    }
    pieces = std::move(left);
    if (pieces.size() > most_pieces) return false;
  }
  return true;
}

bool covered(std::vector<Piece> pieces, const std::vector<Taker>& takers, const Taker* without = nullptr) {
  bool took = false;
  for (const Taker& t : takers)
    if (&t != without && !take_out(pieces, *t.boxes, took)) return false;
  return pieces.empty();
}

bool within(const Piece& piece, const Box& box) {
  return std::all_of(box.limits.begin(), box.limits.end(), [&](const auto& limit) { return limit.second.covers(piece[limit.first]); });
}

// Whether one rule covers all pieces.
bool covers(const Taker& taker, const std::vector<Piece>& pieces) {
  if (taker.boxes->size() > 1) return covered(pieces, {taker});
  return !taker.boxes->empty() && std::all_of(pieces.begin(), pieces.end(), [&](const Piece& piece) { return within(piece, taker.boxes->front()); });
}

// The rules of `takers` that together cover the pieces, none of them in vain; empty when they do not.
std::vector<RuleId> fewest(const std::vector<Piece>& pieces, const std::vector<Taker>& takers) {
  std::vector<Taker> used;
  std::vector<Piece> left = pieces;
  for (const Taker& t : takers) {
    bool took = false;
    if (!take_out(left, *t.boxes, took)) return {};
    if (took) used.push_back(t);
    if (left.empty()) break;
  }
  if (!left.empty()) return {};
  if (used.size() <= most_tried)
    for (std::size_t i = 0; i < used.size();) {
      if (covered(pieces, used, &used[i]))
        used.erase(used.begin() + static_cast<std::ptrdiff_t>(i));
      else
        ++i;
    }
  std::vector<RuleId> out;
  for (const Taker& t : used) out.push_back(t.rule);
  return out;
}

bool touches(const std::vector<Piece>& pieces, const std::vector<Box>& boxes) {
  for (const Piece& piece : pieces)
    for (const Box& box : boxes)
      if (overlaps(piece, box)) return true;
  return false;
}

}  // namespace

// One earlier rule of the chain that takes all the packets, whatever happens before the chain: then no way need be
// followed. Most dead rules of real rulesets are like that.
std::optional<RuleId> Facts::find_taker(const RuleId& id) const {
  const std::vector<Piece> pieces = wanted(id);
  if (pieces.empty()) return std::nullopt;
  if (!rules().rule(id)) {
    // To a policy comes what RETURNs too, and what a chain that was gone to leaves.
    if (!chain(id).hook) return std::nullopt;
    for (std::uint32_t i = 0; i < id.index; ++i) {
      const RuleId earlier{id.table, id.chain, i};
      const Ending ending = rules().rule(earlier)->ending;
      if (ending == Ending::back || ending == Ending::go) return std::nullopt;
      if (covers({earlier, &takes(earlier)}, pieces)) return earlier;
    }
    return std::nullopt;
  }
  // What takes all takes any one packet, and that few do.
  Piece one = pieces.front();
  for (AtomSet& set : one) set = AtomSet::one(set.first());
  for (std::uint32_t i : concerned(id.table, id.chain, one, 0, id.index)) {
    const RuleId earlier{id.table, id.chain, i};
    if (covers({earlier, &takes(earlier)}, pieces)) return earlier;
  }
  return std::nullopt;
}

const Cover& Facts::cover(const RuleId& id) const {
  auto found = covers_.find(id);
  if (found == covers_.end()) found = covers_.emplace(id, find_cover(id)).first;
  return found->second;
}

Cover Facts::find_cover(const RuleId& id) const {
  std::vector<Piece> pieces = wanted(id);
  bool took = false;
  if (!take_out(pieces, laws(id.table, id.chain), took) || pieces.empty()) return {Cover::Kind::kernel, {}};

  const auto explain = [&](const std::vector<Taker>& takers) -> std::optional<Cover> {
    for (const Taker& taker : takers)
      if (covers(taker, pieces)) return Cover{Cover::Kind::one, {taker.rule}};
    if (auto by = fewest(pieces, takers); !by.empty()) return Cover{Cover::Kind::together, std::move(by)};
    return std::nullopt;
  };
  // The proof has looked at few rules; all others only where those do not suffice by themselves.
  const Explorer::Reached& reached = reach(id);
  std::vector<Taker> takers;
  for (const RuleId& by : reached.by)
    if (by.table == id.table && by.chain == id.chain && by.index < id.index && touches(pieces, takes(by))) takers.push_back({by, &takes(by)});
  if (auto found = explain(takers)) return *found;
  std::vector<std::uint32_t> earlier;
  for (const Piece& piece : pieces) {
    const std::vector<std::uint32_t> more = concerned(id.table, id.chain, piece, 0, id.index);
    earlier.insert(earlier.end(), more.begin(), more.end());
  }
  std::sort(earlier.begin(), earlier.end());
  earlier.erase(std::unique(earlier.begin(), earlier.end()), earlier.end());
  takers.clear();
  for (std::uint32_t i : earlier)
    if (const RuleId taker{id.table, id.chain, i}; touches(pieces, takes(taker))) takers.push_back({taker, &takes(taker)});
  if (auto found = explain(takers)) return *found;

  takers.clear();
  std::vector<RuleId> by;
  for (const RuleId& other : reached.by) {
    if (other == id) continue;   // it drops what is malformed, of which the proof was told
    const SymbolicRule* rule = rules().rule(other);
    if (!rule) {
      by.push_back(other);   // a policy
      continue;
    }
    if (other.table == id.table && !touches(pieces, rule->match.boxes) && !touches(pieces, rule->hotdrop)) continue;
    by.push_back(other);
    if (other.table == id.table && !takes(other).empty()) takers.push_back({other, &takes(other)});
  }
  if (auto few = fewest(pieces, takers); !few.empty()) by = std::move(few);
  if (by.empty()) return {reached.by_laws ? Cover::Kind::kernel : Cover::Kind::context, {}};
  return {Cover::Kind::elsewhere, std::move(by)};
}

}  // namespace fwsim
