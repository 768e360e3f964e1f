#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  bool marks = false;   // in ways that cannot be told
  std::set<u128> set;
  std::optional<RuleId> first;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    if (!first) first = id;
    const auto* use = std::get_if<TargetUse>(&rule.target);
    if (!use) return;
    for (const Action& action : actions_of(*use, facts.ruleset().family)) {
      if (const Assign* a = std::get_if<Assign>(&action); a && a->to == Field::mark) {
        if (a->from != Field::none || (a->keep & 0xffffffff) != 0) marks = true;
        set.insert(a->constant);
      }
      if (std::holds_alternative<Effect>(action))
        for (Field field : std::get<Effect>(action).writes) marks = marks || field == Field::mark;
    }
  });
  if (marks || !first) return;
  for (const RoutingRule& rule : facts.host()->rules) {
    if (rule.family != facts.ruleset().family || rule.mark_mask == 0 || rule.mark == 0 || rule.invert) continue;
    if (std::any_of(set.begin(), set.end(), [&](u128 mark) { return (static_cast<std::uint32_t>(mark) & rule.mark_mask) == rule.mark; })) continue;
    Finding& f = findings.add(*first, fmt::format("is in a ruleset that never sets the mark {:#x}, which a routing rule of this host asks for", rule.mark));
    f.certainty = Certainty::may;   // a program may mark its own packets
    f.hint = "-t mangle -A PREROUTING ... -j MARK --set-mark, or remove the routing rule";
  }
}

}  // namespace

const Check mark_unset{
    .id = "FW709", .name = "mark-unset",
    .title = "rules or routes ask for a mark that nothing sets",
    .why = "What depends on the mark does not happen: packets take the other route, the rule never matches.",
    .bad = "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -j MARK --set-xmark 0x2/0xffffffff\n"
           "COMMIT\n",
    .good = "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -j MARK --set-xmark 0x1/0xffffffff\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "R04 traps:D20 traps:E33",
    .host = "rules = [\"fwmark 1 lookup 100\"]\n"
           "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"10.0.0.1/24\"]\n",
    .run = run};

}  // namespace fwsim::checks
