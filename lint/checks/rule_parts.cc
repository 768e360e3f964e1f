#include "lint/checks/rule_parts.hh"

#include <algorithm>

namespace fwsim {

bool asks_of(const Facts& facts, const RuleId& id, std::initializer_list<Field> fields, bool tests) {
  const Space& space = facts.space();
  const auto& boxes = facts.rules().rule(id)->match.boxes;
  return std::all_of(boxes.begin(), boxes.end(), [&](const Box& box) {
    return std::any_of(box.limits.begin(), box.limits.end(), [&](const auto& limit) {
      const Variable& var = space[limit.first];
      if (var.kind == Variable::Kind::boolean) return tests;
      return std::find(fields.begin(), fields.end(), var.field) != fields.end();
    });
  });
}

bool does_something(const Chain& chain) {
  return std::any_of(chain.rules.begin(), chain.rules.end(), [](const Rule& rule) { return !ends_with(rule, Verdict::back); });
}

bool has_new_from_outside(const Space& space, const Piece& piece) {
  const Var state = space.of(Field::ct_state), in = space.of(Field::in_if);
  const AtomSet absent = AtomSet::one(space[state].absent());
  return (piece[state] == absent || piece[state].contains(space.atom_of(state, 1))) && piece[in] != AtomSet::one(space.atom_of(in, name_word("lo")));
}

}  // namespace fwsim
