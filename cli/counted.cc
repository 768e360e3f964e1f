#include "cli/counted.hh"

namespace fwsim {
namespace {

Ruleset without_counters(const Ruleset& ruleset) {
  Ruleset out = ruleset;
  for (Table& table : out.tables)
    for (Chain& chain : table.chains) {
      chain.counters = {};
      for (Rule& rule : chain.rules) rule.counters = {};
    }
  return out;
}

}  // namespace

bool has_counters(const Ruleset& ruleset) {
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules)
        if (rule.counters.packets > 0) return true;
  return false;
}

Counted count_packets(const Ruleset& ruleset, const Host& host, Captures& captures, bool host_replies, std::uint64_t seed) {
  const Ruleset plain = without_counters(ruleset);
  const Family family = ruleset.family;
  Engine engine(family == Family::v4 ? &plain : nullptr, family == Family::v6 ? &plain : nullptr, host, {.paths = true, .host_replies = host_replies}, seed);
  engine.world().recorded = true;
  Counted out;
  captures.read([&](Captured& c) {
    if (!c.fault.empty() || c.packet.family != family) return;
    const Result result = replay(c, engine);
    out.fates.push_back(result.fate);
    if (result.fate == Fate::ignored) return;
    ++out.packets;
    out.bytes += c.packet.stated_length();
    out.coverage.add(result, c.packet.time);
  });
  out.counted = engine.with_counters(family);
  return out;
}

Weights weights_by_coverage(const Coverage& coverage, const Ruleset& ruleset) {
  Weights out;
  for (const Table& table : ruleset.tables)
    if (const TableUse* uses = coverage.uses(ruleset.family, table.id))
      for (const auto& chain : *uses) {
        auto& list = out[static_cast<std::size_t>(table.id)].emplace_back();
        for (const RuleUse& use : chain) list.push_back(use.left);
      }
  return out;
}

}  // namespace fwsim
