#include "lint/reorder.hh"

#include <algorithm>
#include <map>

#include "lint/commute.hh"
#include "lint/diff.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_moved = 64, most_dragged = 16, most_questions = 2'000'000;

// One chain: sets of rules that must go up together, the best first.
class Sorter {
 public:
  Sorter(const Chain& chain, RuleId first, const std::vector<std::uint64_t>& weights, Commuting& commuting)
      : chain_(chain), first_(first), weights_(weights), commuting_(commuting) {}

  std::vector<std::uint32_t> run() {
    std::vector<std::uint32_t> hot;
    for (std::uint32_t i = 0; i < chain_.rules.size(); ++i)
      if (weights_[i] > 0) hot.push_back(i);
    std::stable_sort(hot.begin(), hot.end(), [&](std::uint32_t a, std::uint32_t b) { return weights_[a] > weights_[b]; });
    hot.resize(std::min(hot.size(), most_moved));
    std::vector<std::vector<std::uint32_t>> groups;
    for (std::uint32_t h : hot)
      if (auto group = before(h); !group.empty()) groups.push_back(std::move(group));
    std::vector<std::uint32_t> order;
    std::vector<bool> out(chain_.rules.size(), false);
    while (const auto* best = pick(groups)) {
      const std::vector<std::uint32_t> group = *best;
      for (std::uint32_t i : group) {
        order.push_back(i);
        out[i] = true;
      }
      for (auto& other : groups) other.erase(std::remove_if(other.begin(), other.end(), [&](std::uint32_t i) { return out[i]; }), other.end());
    }
    for (std::uint32_t i = 0; i < chain_.rules.size(); ++i)
      if (!out[i]) order.push_back(i);
    return order;
  }

 private:
  // The group with the most packets for each rule; of equals the one that stands first.
  const std::vector<std::uint32_t>* pick(const std::vector<std::vector<std::uint32_t>>& groups) const {
    const std::vector<std::uint32_t>* best = nullptr;
    std::uint64_t best_weight = 0;
    for (const auto& group : groups) {
      if (group.empty()) continue;
      std::uint64_t weight = 0;
      for (std::uint32_t i : group) weight += weights_[i];
      const bool better = !best || weight * best->size() > best_weight * group.size() ||
                          (weight * best->size() == best_weight * group.size() && group.back() < best->back());
      if (better) best = &group, best_weight = weight;
    }
    return best;
  }

  // The rule with all that must stay before it, in order; empty when they are too many.
  std::vector<std::uint32_t> before(std::uint32_t rule) {
    std::vector<std::uint32_t> group{rule};
    for (std::uint32_t j = rule; j-- > 0;) {
      if (std::none_of(group.begin(), group.end(), [&](std::uint32_t k) { return !may_swap(j, k); })) continue;
      group.push_back(j);
      if (group.size() > most_dragged || questions_ > most_questions) return {};
    }
    std::sort(group.begin(), group.end());
    return group;
  }

  bool may_swap(std::uint32_t a, std::uint32_t b) {
    // A rule without target is there to count: it shall see the same packets.
    for (std::uint32_t i : {a, b})
      if (std::holds_alternative<std::monostate>(chain_.rules[i].target)) return false;
    const auto [at, fresh] = known_.try_emplace({a, b}, false);
    if (fresh) {
      ++questions_;
      at->second = commuting_.commute({first_.table, first_.chain, a}, {first_.table, first_.chain, b});
    }
    return at->second;
  }

  const Chain& chain_;
  RuleId first_;
  const std::vector<std::uint64_t>& weights_;
  Commuting& commuting_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> known_;
  std::size_t questions_ = 0;
};

std::uint64_t saved(const std::vector<std::uint32_t>& order, const std::vector<std::uint64_t>& weights) {
  std::uint64_t before = 0, after = 0;
  for (std::size_t place = 0; place < order.size(); ++place) {
    before += weights[order[place]] * order[place];
    after += weights[order[place]] * place;
  }
  return before > after ? before - after : 0;
}

Ruleset with_orders(const Ruleset& ruleset, const std::vector<ChainOrder>& orders) {
  Ruleset after = ruleset;
  for (Table& table : after.tables)
    for (const ChainOrder& o : orders)
      if (o.table == table.id) {
        const std::vector<Rule>& old = ruleset.find(table.id)->chains[o.chain].rules;
        std::vector<Rule> rules;
        for (std::uint32_t i : o.order) rules.push_back(old[i]);
        table.chains[o.chain].rules = std::move(rules);
      }
  return after;
}

bool proved(const Ruleset& before, const std::vector<ChainOrder>& orders) {
  return diff(before, with_orders(before, orders), nullptr, {.logs = true}).same();
}

}  // namespace

std::vector<std::uint32_t> ChainOrder::moved() const {
  std::vector<std::uint32_t> up;
  std::uint32_t lowest = static_cast<std::uint32_t>(order.size());
  for (std::size_t place = order.size(); place-- > 0;) {
    if (order[place] > lowest) up.push_back(order[place]);
    lowest = std::min(lowest, order[place]);
  }
  std::reverse(up.begin(), up.end());
  return up;
}

Reordering suggest_order(const Ruleset& ruleset, const Weights& weights) {
  Reordering out{.chains = {}, .unproved = {}, .after = ruleset};
  const Prepared prepared = prepare({&ruleset}, nullptr);
  const Symbolic& rules = *prepared.rules[0];
  const RuleTexts texts(rules, rules);
  Commuting commuting(rules, 0, texts, {.logs = true});
  for (const Table& table : ruleset.tables) {
    const ChainWeights& of_table = weights[static_cast<std::size_t>(table.id)];
    for (std::size_t c = 0; c < of_table.size(); ++c) {
      ChainOrder order{.table = table.id, .chain = static_cast<std::uint16_t>(c)};
      order.order = Sorter(table.chains[c], {table.id, order.chain, 0}, of_table[c], commuting).run();
      order.saves = saved(order.order, of_table[c]);
      if (order.saves > 0) out.chains.push_back(std::move(order));
    }
  }
  if (out.chains.empty()) return out;
  if (!proved(ruleset, out.chains)) {
    std::vector<ChainOrder> good;
    for (ChainOrder& order : out.chains) (proved(ruleset, {order}) ? good : out.unproved).push_back(order);
    if (good.size() > 1 && !proved(ruleset, good)) {
      out.unproved = std::move(out.chains);
      good.clear();
    }
    out.chains = std::move(good);
  }
  out.after = with_orders(ruleset, out.chains);
  return out;
}

}  // namespace fwsim
