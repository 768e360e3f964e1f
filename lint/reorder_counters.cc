// What the counters of `iptables-save -c` tell of where packets left the chains.
#include <algorithm>
#include <optional>

#include "lint/reorder.hh"

namespace fwsim {
namespace {

enum class After : std::uint8_t { next, back, ends };

After after(const Rule& rule, Family family) {
  if (const auto* verdict = std::get_if<Verdict>(&rule.target)) return *verdict == Verdict::back ? After::back : After::ends;
  if (const auto* use = std::get_if<TargetUse>(&rule.target); use && use->extension)
    for (const Action& action : actions_of(*use, family)) {
      if (std::holds_alternative<Nat>(action)) return After::ends;
      if (const auto* effect = std::get_if<Effect>(&action); effect && effect->terminates) return After::ends;
    }
  return After::next;
}

class Counted {
 public:
  Counted(const Table& table, Family family) : table_(table), family_(family), kept_(table.chains.size()), entered_(table.chains.size(), 0) {
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules)
        if (const auto* jump = std::get_if<Jump>(&rule.target)) entered_[static_cast<std::size_t>(jump->chain)] += rule.counters.packets;
  }

  // Packets that a rule ended the way of through its chain.
  std::uint64_t left(const Rule& rule) {
    const auto* jump = std::get_if<Jump>(&rule.target);
    if (!jump) return after(rule, family_) == After::next ? 0 : rule.counters.packets;
    return jump->go ? rule.counters.packets : kept_by(rule, static_cast<std::size_t>(jump->chain));
  }

  std::uint64_t entered(std::size_t chain) const { return entered_[chain]; }

 private:
  // Of the packets that the rule sent to the chain, those that did not come back.
  std::uint64_t kept_by(const Rule& rule, std::size_t chain) {
    const std::uint64_t all = entered_[chain];
    if (all == 0) return 0;
    const auto share = static_cast<double>(std::min(kept(chain), all)) / static_cast<double>(all);
    return static_cast<std::uint64_t>(share * static_cast<double>(rule.counters.packets) + 0.5);
  }

  std::uint64_t kept(std::size_t c) {
    if (kept_[c]) return *kept_[c];
    kept_[c] = 0;   // chains do not call each other in circles
    std::uint64_t n = 0;
    for (const Rule& rule : table_.chains[c].rules) {
      if (const auto* jump = std::get_if<Jump>(&rule.target))
        n += kept_by(rule, static_cast<std::size_t>(jump->chain));
      else if (after(rule, family_) == After::ends)
        n += rule.counters.packets;
    }
    kept_[c] = n;
    return n;
  }

  const Table& table_;
  Family family_;
  std::vector<std::optional<std::uint64_t>> kept_;
  std::vector<std::uint64_t> entered_;
};

}  // namespace

Weights weights_by_counters(const Ruleset& ruleset) {
  Weights out;
  for (const Table& table : ruleset.tables) {
    Counted counted(table, ruleset.family);
    for (const Chain& chain : table.chains) {
      auto& list = out[static_cast<std::size_t>(table.id)].emplace_back();
      for (const Rule& rule : chain.rules) list.push_back(counted.left(rule));
    }
  }
  return out;
}

std::uint64_t evaluations_by_counters(const Ruleset& ruleset) {
  std::uint64_t sum = 0;
  for (const Table& table : ruleset.tables) {
    Counted counted(table, ruleset.family);
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      std::uint64_t left = 0, back = 0;
      for (std::size_t i = 0; i < chain.rules.size(); ++i) {
        const std::uint64_t here = counted.left(chain.rules[i]);
        left += here;
        if (after(chain.rules[i], ruleset.family) == After::back) back += here;
        sum += here * (i + 1);
      }
      // A RETURN in a built-in chain counts for the policy too.
      const std::uint64_t all = chain.hook ? chain.counters.packets + left - std::min(back, chain.counters.packets) : counted.entered(c);
      sum += (all > left ? all - left : 0) * chain.rules.size();
    }
  }
  return sum;
}

}  // namespace fwsim
