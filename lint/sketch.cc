#include "lint/sketch.hh"

#include <algorithm>

namespace fwsim {
namespace {

bool touch(const SymbolicRule& a, const SymbolicRule& b) {
  for (const Box& x : a.match.boxes)
    for (const Box& y : b.match.boxes)
      if (!disjoint(x, y)) return true;
  return false;
}

// Whether packets come to each chain on the way by one call only: then what a chain takes from the way
// never comes to the target.
bool single_way(const SymbolicTable& table, const std::vector<std::int64_t>& last) {
  for (std::size_t c = 0; c < table.chains.size(); ++c)
    if (last[c] >= 0 && table.callers[c].size() > 1) return false;
  return true;
}

}  // namespace

Sketch::Sketch(const Symbolic& rules, const RuleId& target, const std::vector<std::int64_t>& last)
    : rules_(rules), target_table_(target.table) {
  unsigned hooks = 0;
  const SymbolicTable& own = *rules.table(target.table);
  for (std::size_t c = 0; c < last.size(); ++c) {
    on_way_.push_back(last[c] >= 0);
    if (own.chains[c].hook && last[c] >= 0) ++hooks;
  }
  one_hook_ = hooks == 1;
  for (std::size_t t = 0; t < table_count; ++t) {
    const auto& table = rules.tables[t];
    const bool here = static_cast<TableId>(t) == target.table;
    if (!table) continue;
    const bool plain = !table->rewrites;
    if (!plain && !(here && single_way(*table, last))) continue;
    tables_[t].resize(table->chains.size());
    for (std::size_t c = 0; c < table->chains.size(); ++c) {
      const SymbolicChain& chain = table->chains[c];
      const bool on_way = here && last[c] >= 0;
      if (!plain && !on_way) continue;   // looked at as it is
      auto& list = tables_[t][c] = std::make_shared<std::vector<std::uint32_t>>();
      if (!on_way) continue;
      for (std::uint32_t i : chain.special) {
        const SymbolicRule& rule = chain.rules[i];
        const bool leads = calls_chain(rule) && (!plain || last[rule.chain] >= 0);
        const bool changes = !plain && (rule.ending == Ending::next || rule.ending == Ending::perhaps || rule.ending == Ending::unknown) && !rule.inert;
        // RETURN in a base chain comes to the policy.
        const bool returns = rule.ending == Ending::back && target.chain == c && target.index == chain.rules.size();
        if (leads || changes || returns) list->push_back(i);
      }
      if (target.chain == c && target.index < chain.rules.size()) add(target);
    }
  }
}

bool Sketch::knows(const RuleId& policy) const {
  const auto known = list(policy.table, policy.chain);
  return !known || std::binary_search(known->begin(), known->end(), policy.index);
}

bool Sketch::add(const RuleId& id) {
  auto& t = tables_[static_cast<std::size_t>(id.table)];
  if (t.empty() || !t[id.chain]) return false;
  auto& list = *t[id.chain];
  const auto at = std::lower_bound(list.begin(), list.end(), id.index);
  if (at != list.end() && *at == id.index) return false;
  list.insert(at, id.index);
  return true;
}

bool Sketch::learn(const RuleId& id) {
  if (!add(id)) return false;
  const SymbolicTable& table = *rules_.table(id.table);
  const SymbolicChain& chain = table.chains[id.chain];
  // What leads packets past it: by RETURN and goto, and before the target's own hook by ACCEPT.
  const SymbolicRule* rule = rules_.rule(id);
  const bool last_table = id.table == target_table_ && one_hook_ && on_way_[id.chain];
  const auto look = [&](std::uint32_t i) {
    const SymbolicRule& before = chain.rules[i];
    if (before.ending == Ending::next || before.ending == Ending::drop || before.ending == Ending::reject) return;
    const bool past = before.ending == Ending::back || before.ending == Ending::go;
    if ((last_table && !past) || (rule && !touch(before, *rule))) return;
    if (past || before.ending != Ending::jump) learn({id.table, id.chain, i});
    if (calls_chain(before) && !last_table) learn_passing(id.table, before.chain);
  };
  const auto end = static_cast<std::uint32_t>(std::min<std::size_t>(id.index, chain.rules.size()));
  if (last_table) {
    for (std::uint32_t i : chain.special)
      if (i < end) look(i);
  } else {
    for (std::uint32_t i = 0; i < end; ++i) look(i);
  }
  // And the calls, by which packets come to it.
  for (const RuleId& call : table.callers[id.chain]) learn(call);
  return true;
}

// What a called chain lets past the rules behind the call.
void Sketch::learn_passing(TableId table, std::uint32_t chain) {
  const SymbolicChain& c = rules_.table(table)->chains[chain];
  for (std::uint32_t i = 0; i < c.rules.size(); ++i) {
    const Ending ending = c.rules[i].ending;
    if (ending == Ending::next || ending == Ending::drop || ending == Ending::reject || ending == Ending::back) continue;
    if (calls_chain(c.rules[i])) learn_passing(table, c.rules[i].chain);
    if (ending != Ending::jump) learn({table, static_cast<std::uint16_t>(chain), i});
  }
}

}  // namespace fwsim
