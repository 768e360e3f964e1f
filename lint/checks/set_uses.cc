#include "lint/checks/set_uses.hh"

#include <algorithm>
#include <map>

#include "lint/checks/rule_parts.hh"

namespace fwsim {
namespace {

void add(std::vector<SetUse>& out, const RuleId& id, const Rule& rule, const Use& use, std::string_view option) {
  const std::string_view text = use.text(option);
  const std::size_t space = text.find(' ');
  if (space == text.npos) return;
  out.push_back({id, &rule, &use, option, text.substr(0, space), split(text.substr(space + 1), ','), use.inverted(option)});
}

}  // namespace

std::vector<SetUse> set_uses(const Facts& facts) {
  std::vector<SetUse> out;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (const MatchUse& match : rule.matches)
      if (match.name == "set") add(out, id, rule, match, "match-set");
    if (const TargetUse* target = target_of(rule, "SET"))
      for (std::string_view option : {"add-set", "del-set", "map-set"})
        if (target->has(option)) add(out, id, rule, *target, option);
  });
  return out;
}

const IpSet* set_of(const Facts& facts, std::string_view name) {
  if (!facts.sets()) return nullptr;
  const auto found = facts.sets()->find(name);
  return found == facts.sets()->end() ? nullptr : &found->second;
}

std::vector<std::vector<SetUse>> by_set(std::vector<SetUse> uses) {
  std::map<std::string_view, std::size_t> places;
  std::vector<std::vector<SetUse>> out;
  for (SetUse& use : uses) {
    const auto [place, first] = places.emplace(use.name, out.size());
    if (first) out.emplace_back();
    out[place->second].push_back(std::move(use));
  }
  return out;
}

std::vector<RuleId> other_rules(const std::vector<SetUse>& uses) {
  std::vector<RuleId> out;
  for (const SetUse& use : uses)
    if (use.id != uses.front().id && (out.empty() || out.back() != use.id)) out.push_back(use.id);
  return out;
}

}  // namespace fwsim
