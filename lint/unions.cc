#include "lint/unions.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr std::size_t most_boxes = 4000;   // to be taken from each other

// Nothing when both are the same; the variable when they differ in one; no_var otherwise.
std::optional<Var> difference(const Box& a, const Box& b) {
  std::optional<Var> found;
  const auto look = [&](const Box& x, const Box& y) {
    for (const auto& [v, set] : x.limits) {
      const AtomSet* other = y.find(v);
      if (other && *other == set) continue;
      if (found && *found != v) return false;
      found = v;
    }
    return true;
  };
  if (!look(a, b) || !look(b, a)) return no_var;
  return found;
}

// When all differ in one variable only, that is a question of its values.
std::optional<bool> by_one_variable(const Space& space, const std::vector<Box>& parts, const Box& whole) {
  Var var = no_var;
  for (const Box& part : parts) {
    const auto v = difference(part, whole);
    if (!v) return parts.size() == 1 ? std::optional(true) : std::nullopt;
    if (*v == no_var || (var != no_var && var != *v)) return std::nullopt;
    var = *v;
  }
  std::vector<AtomInterval> all;
  for (const Box& part : parts) {
    const AtomSet* set = part.find(var);
    const auto more = (set ? *set : space.everything(var)).intervals();
    all.insert(all.end(), more.begin(), more.end());
  }
  const AtomSet* set = whole.find(var);
  return AtomSet::of(std::move(all)) == (set ? *set : space.everything(var));
}

bool inside_all(const Space& space, const std::vector<Box>& boxes, const std::vector<Box>& others) {
  return std::all_of(boxes.begin(), boxes.end(), [&](const Box& box) {
    Piece piece = whole(space);
    return !narrow(piece, box) || subtract(piece, others).empty();
  });
}

}  // namespace

bool same_union(const Space& space, const std::vector<Box>& parts, const std::vector<Box>& whole) {
  if (parts.empty() || whole.empty()) return parts.empty() == whole.empty();
  if (whole.size() == 1)
    if (const auto answer = by_one_variable(space, parts, whole.front())) return *answer;
  if (parts.size() * whole.size() > most_boxes) return false;
  return inside_all(space, parts, whole) && inside_all(space, whole, parts);
}

bool decides_alone(const SymbolicRule& rule) {
  if (!rule.match.exact || rule.match.boxes.empty() || rule.remembers || rule.logs) return false;
  switch (rule.ending) {
    case Ending::accept:
    case Ending::drop:
    case Ending::reject: return true;
    case Ending::back:
    case Ending::go: return rule.changes.empty();
    default: return false;
  }
}

}  // namespace fwsim
