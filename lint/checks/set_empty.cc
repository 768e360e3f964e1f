#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/checks/set_uses.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

bool is_empty(const Facts& facts, const IpSet& set) {
  // Bitmaps and hashes with timeouts are filled and emptied as time goes by.
  if (!set.type->list) return set.elements.empty() && !set.timeout;
  return std::all_of(set.elements.begin(), set.elements.end(), [&](const SetElement& e) {
    const IpSet* member = set_of(facts, member_name(e));
    return member && is_empty(facts, *member);
  });
}

void run(const Facts& facts, Findings& findings) {
  const std::vector<SetUse> all = set_uses(facts);
  for (const auto& uses : by_set(all)) {
    const IpSet* set = set_of(facts, uses.front().name);
    // Rules and programs that fill a set find it empty at first.
    if (!set || !is_empty(facts, *set) || manager_of(facts.ruleset(), set->name)) continue;
    if (std::any_of(uses.begin(), uses.end(), [](const SetUse& use) { return use.option == "add-set"; })) continue;
    for (const bool inverted : {false, true}) {
      std::vector<SetUse> these;
      std::copy_if(uses.begin(), uses.end(), std::back_inserter(these), [&](const SetUse& use) { return use.match() && use.inverted == inverted && !facts.never(use.id); });
      if (these.empty()) continue;
      const std::vector<RuleId> more = other_rules(these);
      Finding& f = findings.add(these.front().id, fmt::format("asks whether packets are {}in the set {}, which is empty{}: {}", inverted ? "not " : "", set->name, facts.so_do(more), inverted ? "all of them match" : "none matches"), more);
      f.hint = "if a program fills it: load its elements before the rules (ipset restore)";
      if (!inverted) f.severity = Severity::note;
    }
  }
}

}  // namespace

const Check set_empty{
    .id = "FW833", .name = "set-empty",
    .title = "rules ask for a set that is empty",
    .why = "A block list that was not loaded after a boot blocks nobody; a rule for what is not in an empty set takes everything.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m set ! --match-set admins src -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set banned src -j DROP\n"
           "COMMIT\n",
    .covers = "I14",
    .host = "sets = \"ipset.save\"\n",
    .sets = "create admins hash:ip family inet\n"
            "create banned hash:ip family inet timeout 600\n",
    .run = run};

}  // namespace fwsim::checks
