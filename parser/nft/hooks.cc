#include "parser/nft/hooks.hh"

#include <algorithm>

#include "parser/nft/rule_maker.hh"

namespace fwsim::nft_json {
namespace {

std::optional<Hook> hook_of(const std::string& name) {
  constexpr std::string_view names[] = {"prerouting", "input", "forward", "output", "postrouting"};
  for (std::size_t i = 0; i < hook_count; ++i)
    if (names[i] == name) return static_cast<Hook>(i);
  return std::nullopt;
}

bool does_something(const BaseChain& base, Family family, const Objects& objects) {
  if (base.chain->policy == Verdict::drop) return true;
  return std::any_of(base.chain->rules.begin(), base.chain->rules.end(),
                     [&](const ListedRule& r) { return concerns(r, {family, base.table->name, &objects}); });
}

// Whether a rule sets what routes depend on: in iptables the table mangle looks for another route then.
bool sets_route(const ListedTable& table) {
  for (const ListedChain& chain : table.chains)
    for (const ListedRule& rule : chain.rules)
      if (rule.expressions && std::any_of(rule.expressions->begin(), rule.expressions->end(), [](const json& s) { return s.is_object() && s.contains("mangle"); })) return true;
  return false;
}

// `nat`: addresses are translated somewhere, so that what runs before and after that is not the same.
std::optional<TableId> table_at(const BaseChain& base, Hook hook, bool nat) {
  const std::int64_t p = base.chain->priority;
  const bool route = base.chain->type == "route";
  if (base.chain->type == "nat") return hook == Hook::forward ? std::nullopt : std::optional(TableId::nat);
  if (p <= -400) return std::nullopt;   // before fragments are put together
  switch (hook) {
    case Hook::prerouting:
      if (p < -200) return TableId::raw;
      return p < -100 || !nat ? std::optional(TableId::mangle) : std::nullopt;
    case Hook::input:
    case Hook::forward:
      if (p >= 100 && nat && hook == Hook::input) return std::nullopt;
      return p <= -100 ? TableId::mangle : p < 50 ? TableId::filter : TableId::security;
    case Hook::output:
      if (p < -200) return TableId::raw;
      if (p < -100 && (route || !sets_route(*base.table))) return TableId::mangle;
      if (route) return nat ? std::nullopt : std::optional(TableId::mangle);
      if (p <= -100 && nat) return std::nullopt;
      return p < 50 ? TableId::filter : TableId::security;
    case Hook::postrouting: return p < 100 || !nat ? std::optional(TableId::mangle) : std::nullopt;
  }
  return std::nullopt;
}

std::size_t stage_of(Hook hook, TableId table) {
  const auto list = stages(hook);
  for (std::size_t i = 0; i < list.size(); ++i)
    if (stage_table(list[i]) == table) return i;
  return list.size();
}

}  // namespace

Placed place_chains(const Listing& listing, Family family) {
  Placed out;
  std::vector<std::pair<BaseChain, Hook>> bases;
  for (const ListedTable& table : listing.tables)
    for (const ListedChain& chain : table.chains) {
      const BaseChain base{&table, &chain};
      if (!chain.is_base()) continue;
      const auto hook = hook_of(chain.hook);
      const bool device = table.name.family == "netdev" || (table.is_of(family) && !hook);
      if (device && does_something(base, family, listing.objects)) out.misfits.emplace_back(base, chain.hook == "egress" ? Hook::postrouting : Hook::prerouting);
      if (table.is_of(family) && hook && does_something(base, family, listing.objects)) bases.emplace_back(base, *hook);
    }
  std::stable_sort(bases.begin(), bases.end(), [](const auto& a, const auto& b) { return a.first.chain->priority < b.first.chain->priority; });
  const bool nat = std::any_of(bases.begin(), bases.end(), [](const auto& b) { return b.first.chain->type == "nat"; });
  std::array<std::size_t, hook_count> last{};
  for (const auto& [base, hook] : bases) {
    const auto table = table_at(base, hook, nat);
    const std::size_t stage = table ? stage_of(hook, *table) : 0;
    auto& before = last[static_cast<std::size_t>(hook)];
    if (!table || (*table != TableId::nat && stage < before)) {
      out.misfits.emplace_back(base, hook);
      continue;
    }
    if (*table != TableId::nat) before = stage;
    out.slots[{*table, hook}].push_back(base);
  }
  return out;
}

}  // namespace fwsim::nft_json
