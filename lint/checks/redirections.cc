#include "lint/checks/redirections.hh"

#include <algorithm>

#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t most_looks = 60'000;   // for one rule
constexpr std::size_t most_rules = 40;

bool of_header(Field field) {
  for (Field f : {Field::proto, Field::src, Field::dst, Field::sport, Field::dport, Field::in_if})
    if (f == field) return true;
  return false;
}

// Of a connection whose destination was translated, as --ctstate DNAT asks.
Piece translated(const Space& space, Piece piece) {
  constexpr u128 dst_nat = 1 << 5;
  const Var first = space.of(Field::ct_status);
  for (Var v = first; first != no_var && v < first + space.bit_groups(Field::ct_status); ++v) {
    std::vector<AtomInterval> set;
    for (Atom a = 0; a < space[v].starts.size(); ++a)
      if ((space[v].mask & dst_nat) == 0 || (space.example(v, a) & dst_nat) != 0) set.push_back({a, a});
    if (const AtomSet left = piece[v] & AtomSet::of(std::move(set)); !left.empty()) piece[v] = left;
  }
  return piece;
}

}  // namespace

std::vector<Redirection> redirections(const Facts& facts, HookSet hooks) {
  std::vector<Redirection> out;
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    const auto* use = std::get_if<TargetUse>(&rule.target);
    if (!use || out.size() >= most_rules || (use->name != "DNAT" && use->name != "REDIRECT")) return;
    if ((facts.explorer().hooks_of_chain(id.table, id.chain) & hooks) == 0 || manager_of(facts.ruleset(), chain_of(facts, id).name) || facts.never(id)) return;
    for (const Action& action : actions_of(*use, facts.ruleset().family))
      if (const Nat* nat = std::get_if<Nat>(&action)) {
        out.push_back({id, nat->address, nat->ports, nat->kind == Nat::Kind::redirect});
        return;
      }
  });
  return out;
}

std::vector<Piece> new_for(const Explorer& explorer, Way way, const RuleId& id) {
  const Space& space = explorer.space();
  std::vector<Piece> out;
  for (const Box& box : explorer.rules().rule(id)->match.boxes) {
    Piece piece = explorer.plan(way).start;
    const Var state = space.of(Field::ct_state);
    piece[state] = piece[state] & space.in(state, {{1, 1}});
    bool some = !piece[state].empty();
    for (const auto& [v, set] : box.limits) {
      if (space[v].kind == Variable::Kind::boolean || !of_header(space[v].field)) continue;
      piece[v] = piece[v] & set;
      some = some && !piece[v].empty();
    }
    if (some) out.push_back(std::move(piece));
  }
  return out;
}

bool matched(const Leaf& leaf, const RuleId& id) {
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    if (t->kind == Trail::Kind::matched && t->rule == id) return true;
  return false;
}

bool follow(const Explorer& explorer, Way way, const Piece& begin, const RuleId& id, const std::function<bool(const Leaf&)>& see) {
  return explorer.explore(way, translated(explorer.space(), begin), [&](const Leaf& leaf) { return !matched(leaf, id) || explorer.origins(way, leaf, 1).empty() || see(leaf); },
                          {.note_matched = true, .apart = true, .budget = most_looks});
}

std::optional<RuleId> source_changed(const Explorer& explorer, const Leaf& leaf) {
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) {
    if (t->kind != Trail::Kind::matched || t->rule.table != TableId::nat) continue;
    const Rule& rule = explorer.rules().source(t->rule);
    for (std::string_view name : {"SNAT", "MASQUERADE", "NETMAP"})
      if (target_of(rule, name) && (explorer.hooks_of_chain(t->rule.table, t->rule.chain) & set_of(Hook::postrouting)) != 0) return t->rule;
  }
  return std::nullopt;
}

}  // namespace fwsim
