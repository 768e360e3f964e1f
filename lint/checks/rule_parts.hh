// The parts of a rule that checks look for.
#pragma once

#include <string_view>
#include <variant>

#include "lint/check.hh"

namespace fwsim {

inline const MatchUse* match_of(const Rule& rule, std::string_view name) {
  for (const MatchUse& use : rule.matches)
    if (use.name == name) return &use;
  return nullptr;
}

inline const TargetUse* target_of(const Rule& rule, std::string_view name) {
  const auto* use = std::get_if<TargetUse>(&rule.target);
  return use && use->name == name ? use : nullptr;
}

inline bool ends_with(const Rule& rule, Verdict verdict) {
  const auto* v = std::get_if<Verdict>(&rule.target);
  return v && *v == verdict;
}

inline bool accepts(const Rule& rule) { return ends_with(rule, Verdict::accept); }
inline bool refuses(const Rule& rule) { return ends_with(rule, Verdict::drop) || target_of(rule, "REJECT"); }
inline bool logs(const Rule& rule) { return target_of(rule, "LOG") || target_of(rule, "NFLOG") || target_of(rule, "ULOG"); }
// A match that lets only so many packets by.
inline bool limits_rate(const Rule& rule) {
  for (std::string_view name : {"limit", "hashlimit", "recent", "connlimit", "quota", "statistic"})
    if (match_of(rule, name)) return true;
  return false;
}

// The chain that a rule jumps or goes to; null when it does neither.
inline const Chain* called_by(const Facts& facts, const RuleId& id, const Rule& rule) {
  const auto* jump = std::get_if<Jump>(&rule.target);
  return jump ? &facts.ruleset().find(id.table)->chains[static_cast<std::size_t>(jump->chain)] : nullptr;
}
// Whether a rule of the chain does more than go back.
bool does_something(const Chain& chain);
// Whether new connections are among the packets, by another device than lo.
bool has_new_from_outside(const Space& space, const Piece& piece);

// Whether each way of matching asks something of one of the fields (or of a test that is no field).
bool asks_of(const Facts& facts, const RuleId& id, std::initializer_list<Field> fields, bool tests = true);
// Calls `each(id, rule)` for every rule of a table, or of all.
template <class Each>
void for_rules(const Facts& facts, Each each) {
  for (const RuleId& id : facts.all()) each(id, facts.rules().source(id));
}
template <class Each>
void for_rules(const Facts& facts, TableId table, Each each) {
  for (const RuleId& id : facts.all())
    if (id.table == table) each(id, facts.rules().source(id));
}
inline const Chain& chain_of(const Facts& facts, const RuleId& id) { return facts.ruleset().find(id.table)->chains[id.chain]; }

}  // namespace fwsim
