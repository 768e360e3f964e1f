#include "lint/left_out.hh"

#include <algorithm>

#include "model/value.hh"

namespace fwsim {
namespace {

// Reachability, repetition and order; and style. Sets and the chains of such programs themselves are looked at for whoever
// runs them.
bool about_order(std::string_view id) {
  const std::string_view checks = id.substr(0, 4);
  return id.substr(0, 3) == "FW1" || (id.substr(0, 3) == "FW8" && checks != "FW83" && checks != "FW84");
}

// Programs end a chain that they leave to the user with it.
bool is_bare_return(const Chain& chain, const RuleId& id) {
  if (id.index + 1 != chain.rules.size()) return false;
  const auto* verdict = std::get_if<Verdict>(&chain.rules[id.index].target);
  return verdict && *verdict == Verdict::back && chain.rules[id.index].matches.empty() && chain.rules[id.index].basic == BasicMatch{};
}

}  // namespace

// Whose it is: the chain's, or of a rule of a built-in chain that jumps to one of theirs.
const Manager* responsible(const Ruleset& ruleset, const RuleId& id, bool of_chain) {
  const Table* table = ruleset.find(id.table);
  if (table == nullptr || id.chain >= table->chains.size()) return nullptr;
  const Chain& chain = table->chains[id.chain];
  if (const Manager* manager = manager_of(ruleset, chain.name)) return of_chain || !holds_user_rules(*manager, chain.name) || is_bare_return(chain, id) ? manager : nullptr;
  if (const Manager* manager = manager_of_whole(ruleset); manager && chain.hook) return manager;
  if (!chain.hook || of_chain || id.index >= chain.rules.size()) return nullptr;
  const Rule& rule = chain.rules[id.index];
  for (const Prefix& device : {rule.basic.in(), rule.basic.out()})
    if (const Manager* manager = device.mask == 0 ? nullptr : manager_of_device(ruleset, name_text(device.address))) return manager;
  const auto* jump = std::get_if<Jump>(&rule.target);
  return jump ? manager_of(ruleset, table->chains[static_cast<std::size_t>(jump->chain)].name) : nullptr;
}

LintResult leave_out_managed(LintResult result, const Ruleset& ruleset) {
  const auto left_out = [&](const RuleId& id, bool of_chain) {
    const Manager* manager = responsible(ruleset, id, of_chain);
    if (manager == nullptr) return false;
    const auto found = std::find_if(result.left_out.begin(), result.left_out.end(), [&](const LeftOut& l) { return l.manager == manager->name; });
    if (found != result.left_out.end())
      ++found->findings;
    else
      result.left_out.push_back({std::string(manager->name), 1});
    return true;
  };
  // Also what only their rules are to blame for.
  const auto blamed = [&](const Finding& f) {
    return !f.by.empty() && !f.of_chain && std::all_of(f.by.begin(), f.by.end(), [&](const Spot& by) { return responsible(ruleset, by.rule, false) != nullptr; });
  };
  std::erase_if(result.findings, [&](const Finding& f) {
    return about_order(f.id) && (left_out(f.place.rule, f.of_chain) || (blamed(f) && left_out(f.by.front().rule, false)));
  });
  std::erase_if(result.undecided, [&](const UndecidedCheck& u) { return about_order(u.id) && left_out(u.place.rule, false); });
  std::sort(result.left_out.begin(), result.left_out.end(), [](const LeftOut& a, const LeftOut& b) { return a.manager < b.manager; });
  return result;
}

}  // namespace fwsim
