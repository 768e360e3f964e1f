#include "lint/checks/judge.hh"

namespace fwsim {
namespace {

constexpr unsigned nearly_all_ports = 60'000;

}  // namespace

std::vector<Piece> outside(const Answers& answers, const Class& c) {
  const Space& space = answers.space();
  const Var v = space.of(c.way == Way::output ? Field::out_if : Field::in_if);
  const AtomSet lo = AtomSet::one(space.atom_of(v, name_word("lo")));
  std::vector<Piece> out;
  for (const Piece& piece : c.pieces)
    if (piece[v] != lo) out.push_back(piece);
  return out;
}

bool stops_outside(const Answers& answers, const Answered& answered, RuleId& by) {
  if (!answered.complete) return false;
  for (const auto* list : {&answered.passed, &answered.other})
    for (const Class& c : *list)
      if (!outside(answers, c).empty()) return false;
  for (const Class& c : answered.stopped)
    if (c.by && !outside(answers, c).empty()) {
      by = *c.by;
      return true;
    }
  return false;
}

bool wide_open(const Answers& answers, const Class& c) {
  const Space& space = answers.space();
  const std::vector<Piece> pieces = outside(answers, c);
  for (const u128 protocol : {u128{6}, u128{17}}) {
    std::vector<Piece> wide;
    for (const Piece& piece : pieces)
      if (const auto part = part_of(space, piece, Field::proto, {{protocol, protocol}}); part && values_of(space, Field::dport, {*part}) >= nearly_all_ports)
        wide.push_back(*part);
    if (!from_anywhere(space, wide)) return false;
  }
  return true;
}

std::vector<RuleId> wide_openings(const Answers& answers, Way way) {
  std::vector<RuleId> out;
  for (const Class& c : answers.of(way == Way::input ? new_in : way == Way::forward ? new_through : new_out).passed)
    if (c.by && wide_open(answers, c)) out.push_back(*c.by);
  return out;
}

}  // namespace fwsim
