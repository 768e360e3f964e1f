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

}  // namespace fwsim
