#include "lint/checks/comes.hh"

#include <algorithm>

namespace fwsim {
namespace {

// What no packet is that comes so far. Laws of routing are about addresses that may have been translated: they are left out.
std::vector<Box> laws_of(const WayPlan& plan) {
  std::vector<Box> laws = plan.laws;
  for (const WayStage& stage : plan.stages)
    if (stage.kind == WayStage::Kind::conntrack) laws.insert(laws.end(), stage.laws.begin(), stage.laws.end());
  return laws;
}

}  // namespace

std::optional<bool> some_come(const Facts& facts, const RuleId& rule, const Pred& pred) {
  constexpr unsigned most_pieces = 2'000;
  const Boxes wanted = lower(facts.space(), pred);
  const auto has_some = [&](Way way, const Piece& piece) {
    return std::any_of(wanted.boxes.begin(), wanted.boxes.end(), [&](const Box& box) {
      Piece part = piece;
      return narrow(part, box) && !subtract(part, laws_of(facts.explorer().plan(way))).empty();
    });
  };
  // Perhaps what is known to come is like that already.
  const Explorer::Reached& reached = facts.reach(rule);
  if (reached.answer == Explorer::Reached::Answer::never) return false;
  if (reached.answer != Explorer::Reached::Answer::gave_up && has_some(reached.way, reached.packets)) return true;
  bool found = false;
  unsigned seen = 0;
  const bool all = facts.explorer().arrivals(rule, [&](Way way, const Piece& piece) {
    found = has_some(way, piece);
    return !found && ++seen < most_pieces;
  }, {.apart = true, .budget = 200'000});
  if (found) return true;
  return all && seen < most_pieces ? std::optional(false) : std::nullopt;
}

}  // namespace fwsim
