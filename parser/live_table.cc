#include "parser/live_table.hh"

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <utility>

namespace fwsim {
namespace {

using Kind = TableStep::Kind;

bool same_target(const Rule& a, const Rule& b) {
  if (a.target.index() != b.target.index()) return false;
  if (const auto* verdict = std::get_if<Verdict>(&a.target)) return *verdict == std::get<Verdict>(b.target);
  if (const auto* jump = std::get_if<Jump>(&a.target))
    return jump->chain == std::get<Jump>(b.target).chain && jump->go == std::get<Jump>(b.target).go;
  if (const auto* use = std::get_if<TargetUse>(&a.target)) return *use == std::get<TargetUse>(b.target);
  return true;
}

bool same_rule(const Rule& a, const Rule& b) {
  return a.basic == b.basic && same_target(a, b) &&
         std::equal(a.matches.begin(), a.matches.end(), b.matches.begin(), b.matches.end());
}

std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

}  // namespace

LiveTable::LiveTable(TableId id, unsigned line) {
  table_.id = id;
  table_.line = line;
  for (std::size_t i = 0; i < hook_count; ++i) {
    const Hook hook = static_cast<Hook>(i);
    if ((table_hooks(id) & set_of(hook)) != 0)
      table_.chains.push_back({.name = std::string(hook_name(hook)), .hook = hook, .line = line});
  }
  index();
}

LiveTable::LiveTable(Table table) : table_(std::move(table)) { index(); }

void LiveTable::index() {
  index_.clear();
  for (std::size_t i = 0; i < table_.chains.size(); ++i) index_.emplace(table_.chains[i].name, static_cast<int>(i));
}

void LiveTable::clear() {
  std::erase_if(table_.chains, [](const Chain& c) { return !c.hook; });
  for (Chain& chain : table_.chains) chain.rules.clear();
  index();
  steps_.clear();
}

std::vector<std::size_t> LiveTable::order() const {
  std::vector<std::size_t> order(table_.chains.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return table_.chains[i].name.empty(); });
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Chain &x = table_.chains[a], &y = table_.chains[b];
    if (x.hook || y.hook) return x.hook && (!y.hook || *x.hook < *y.hook);
    return x.name < y.name;
  });
  return order;
}

Table LiveTable::finish() && {
  const std::vector<std::size_t> sorted = order();
  std::vector<int> place(table_.chains.size(), -1);
  for (std::size_t i = 0; i < sorted.size(); ++i) place[sorted[i]] = static_cast<int>(i);
  Table table{.id = table_.id, .line = table_.line};
  table.chains.reserve(sorted.size());
  for (std::size_t i : sorted) {
    table.chains.push_back(std::move(table_.chains[i]));
    table.chains.back().rules.shrink_to_fit();   // it is not going to grow any more
    for (Rule& rule : table.chains.back().rules)
      if (auto* jump = std::get_if<Jump>(&rule.target)) jump->chain = place[static_cast<std::size_t>(jump->chain)];
  }
  return table;
}

Table LiveTable::finish() const & {
  LiveTable copy{table_};
  return std::move(copy).finish();
}

int LiveTable::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? -1 : found->second;
}

std::vector<std::string_view> LiveTable::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, chain] : index_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t LiveTable::references(int chain) const {
  std::size_t count = 0;
  for (const Chain& c : table_.chains)
    for (const Rule& rule : c.rules)
      if (const auto* jump = std::get_if<Jump>(&rule.target)) count += jump->chain == chain ? 1 : 0;
  return count;
}

int LiveTable::add_chain(std::string_view name, unsigned line) {
  if (find(name) >= 0) return EEXIST;
  const int chain = static_cast<int>(table_.chains.size());
  index_.emplace(name, chain);
  table_.chains.push_back({.name = std::string(name), .line = line});
  note({.kind = Kind::chain_added, .chain = chain});
  return 0;
}

int LiveTable::remove_chain(int chain) {
  Chain& c = at(chain);
  if (c.hook) return EINVAL;
  if (references(chain) > 0) return EMLINK;
  if (!c.rules.empty()) return ENOTEMPTY;
  index_.erase(index_.find(c.name));
  note({.kind = Kind::chain_removed, .chain = chain, .name = std::exchange(c.name, {})});
  return 0;
}

int LiveTable::rename_chain(int chain, std::string_view name) {
  if (find(name) >= 0) return EEXIST;
  Chain& c = at(chain);
  if (c.hook) return ENOENT;
  index_.erase(index_.find(c.name));
  index_.emplace(name, chain);
  note({.kind = Kind::chain_renamed, .chain = chain, .name = std::exchange(c.name, std::string(name))});
  return 0;
}

void LiveTable::insert(int chain, std::size_t position, Rule&& rule) {
  auto& rules = at(chain).rules;
  rules.insert(rules.begin() + offset(position), std::move(rule));
  note({.kind = Kind::rule_added, .chain = chain, .at = position});
}

void LiveTable::remove(int chain, std::size_t position) {
  auto& rules = at(chain).rules;
  note({.kind = Kind::rule_removed, .chain = chain, .at = position, .rule = std::move(rules[position])});
  rules.erase(rules.begin() + offset(position));
}

void LiveTable::replace(int chain, std::size_t position, Rule rule) {
  note({.kind = Kind::rule_removed,
                    .chain = chain,
                    .at = position,
                    .rule = std::exchange(at(chain).rules[position], std::move(rule))});
  note({.kind = Kind::rule_added, .chain = chain, .at = position});
}

int LiveTable::find_rule(int chain, const Rule& rule) const {
  const auto& rules = table_.chains[static_cast<std::size_t>(chain)].rules;
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return same_rule(r, rule); });
  return found == rules.end() ? -1 : static_cast<int>(found - rules.begin());
}

void LiveTable::flush(int chain) {
  auto& rules = at(chain).rules;
  for (Rule& rule : rules) note({.kind = Kind::rule_removed, .chain = chain, .rule = std::move(rule)});
  rules.clear();
}

void LiveTable::zero(int chain) {
  at(chain).counters = {};
  for (Rule& rule : at(chain).rules) rule.counters = {};
  note({.kind = Kind::zeroed, .chain = chain});
}

void LiveTable::zero_rule(int chain, std::size_t position) { at(chain).rules[position].counters = {}; }

void LiveTable::set_policy(int chain, Verdict policy, Counters counters) {
  Chain& c = at(chain);
  note({.kind = Kind::policy_set,
                    .chain = chain,
                    .policy = std::exchange(c.policy, policy),
                    .counters = std::exchange(c.counters, counters)});
}

void LiveTable::undo() {
  for (; !steps_.empty(); steps_.pop_back()) {
    TableStep& step = steps_.back();
    Chain& chain = at(step.chain);
    switch (step.kind) {
      case Kind::rule_added: chain.rules.erase(chain.rules.begin() + offset(step.at)); break;
      case Kind::rule_removed: chain.rules.insert(chain.rules.begin() + offset(step.at), std::move(step.rule)); break;
      case Kind::chain_added:
        index_.erase(index_.find(chain.name));
        table_.chains.pop_back();
        break;
      case Kind::chain_removed:
        index_.emplace(step.name, step.chain);
        chain.name = std::move(step.name);
        break;
      case Kind::chain_renamed:
        index_.erase(index_.find(chain.name));
        index_.emplace(step.name, step.chain);
        chain.name = std::move(step.name);
        break;
      case Kind::policy_set:
        chain.policy = step.policy;
        chain.counters = step.counters;
        break;
      case Kind::zeroed: break;
    }
  }
}

}  // namespace fwsim
