#include "lint/sketch.hh"

#include <algorithm>

namespace fwsim {
namespace {

bool rewrites(const SymbolicTable& table) {
  for (const SymbolicChain& chain : table.chains)
    for (const SymbolicRule& rule : chain.rules)
      if (!rule.changes.empty()) return true;
  return false;
}

bool touch(const SymbolicRule& a, const SymbolicRule& b) {
  for (const Box& x : a.match.boxes)
    for (const Box& y : b.match.boxes)
      if (!disjoint(x, y)) return true;
  return false;
}

}  // namespace

Sketch::Sketch(const Symbolic& rules, const RuleId& target, const std::vector<std::int64_t>& last) : rules_(rules) {
  for (std::size_t t = 0; t < table_count; ++t) {
    const auto& table = rules.tables[t];
    if (!table || rewrites(*table)) continue;
    for (std::size_t c = 0; c < table->chains.size(); ++c) {
      auto list = std::make_shared<std::vector<std::uint32_t>>();
      if (static_cast<TableId>(t) == target.table && last[c] >= 0) {
        const SymbolicChain& chain = table->chains[c];
        for (std::uint32_t i = 0; i < chain.rules.size(); ++i) {
          const SymbolicRule& rule = chain.rules[i];
          const bool leads = (rule.ending == Ending::jump || rule.ending == Ending::go) && last[rule.chain] >= 0;
          // RETURN in a base chain comes to the policy.
          const bool returns = rule.ending == Ending::back && target.chain == c && target.index == chain.rules.size();
          if (leads || returns || (target.chain == c && target.index == i)) list->push_back(i);
        }
      }
      tables_[t].push_back(std::move(list));
    }
  }
}

bool Sketch::knows(const RuleId& policy) const {
  const auto known = list(policy.table, policy.chain);
  return !known || std::binary_search(known->begin(), known->end(), policy.index);
}

bool Sketch::add(const RuleId& id) {
  auto& t = tables_[static_cast<std::size_t>(id.table)];
  if (t.empty()) return false;
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
  // What leads packets past it.
  const SymbolicRule* rule = rules_.rule(id);
  for (std::uint32_t i = 0; i < std::min<std::size_t>(id.index, chain.rules.size()); ++i) {
    const SymbolicRule& before = chain.rules[i];
    if ((before.ending == Ending::back || before.ending == Ending::go) && (!rule || touch(before, *rule))) add({id.table, id.chain, i});
  }
  // And the calls, by which packets come to it.
  for (std::size_t c = 0; c < table.chains.size(); ++c)
    for (std::uint32_t i = 0; i < table.chains[c].rules.size(); ++i) {
      const SymbolicRule& call = table.chains[c].rules[i];
      if ((call.ending == Ending::jump || call.ending == Ending::go) && call.chain == id.chain)
        learn({id.table, static_cast<std::uint16_t>(c), i});
    }
  return true;
}

}  // namespace fwsim
