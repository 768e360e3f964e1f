#include "cli/live/hit_rates.hh"

#include <algorithm>

#include "simulator/program.hh"

namespace fwsim {
namespace {

// Every rule and every policy of base chains, with its packets.
template <class Each>
void each_counter(const Engine& engine, Each each) {
  for (const Family family : {Family::v4, Family::v6})
    for (unsigned id = 0; id < table_count; ++id) {
      const Program* program = engine.program(family, static_cast<TableId>(id));
      if (!program || !program->table) continue;
      const Table& table = *program->table;
      for (const RuleCode& rule : program->rules) each(RuleRef{family, &table, rule.chain, rule.index}, rule.counters.packets);
      for (std::uint32_t c = 0; c < table.chains.size(); ++c)
        if (table.chains[c].hook)
          each(RuleRef{family, &table, c, static_cast<std::uint32_t>(table.chains[c].rules.size())}, program->policies[c].packets);
    }
}

}  // namespace

HitRates::HitRates(const Engine& engine) {
  each_counter(engine, [&](const RuleRef& r, std::uint64_t packets) {
    if (packets > 0) start_[{r.family, r.table, r.chain, r.index}] = packets;
  });
  last_ = start_;
}

std::vector<LiveScreen::Hit> HitRates::most(const Engine& engine, double seconds, std::size_t count) {
  std::vector<LiveScreen::Hit> hits;
  each_counter(engine, [&](const RuleRef& r, std::uint64_t packets) {
    const Key key{r.family, r.table, r.chain, r.index};
    const auto begun = start_.find(key);
    const std::uint64_t total = packets - (begun == start_.end() ? 0 : begun->second);
    if (total == 0) return;
    std::uint64_t& last = last_[key];
    hits.push_back({r, {total, static_cast<double>(packets - last) / seconds}});
    last = packets;
  });
  const std::size_t kept = std::min(count, hits.size());
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(kept), hits.end(), [](const auto& a, const auto& b) {
    return a.packets.total != b.packets.total ? a.packets.total > b.packets.total
                                              : std::pair(a.rule.chain, a.rule.index) < std::pair(b.rule.chain, b.rule.index);
  });
  hits.resize(kept);
  return hits;
}

}  // namespace fwsim
