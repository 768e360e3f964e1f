#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// A rule that gives the field a value.
struct Setter {
  RuleId id;
  std::uint64_t value = 0;
};
struct Setters {
  std::vector<Setter> early, first, late;   // first: in the nat table, of the first packet of a connection
  bool unknown = false;                     // an early one, whose value cannot be told
};

// Routing comes behind PREROUTING; what the host sends is routed again behind its mangle table.
Setters setters_of(const Facts& facts, Field field) {
  Setters out;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const auto* use = std::get_if<TargetUse>(&rule.target);
    if (!use || !use->extension) return;
    for (const Action& action : actions_of(*use, facts.ruleset().family)) {
      const Assign* assign = std::get_if<Assign>(&action);
      const Effect* effect = std::get_if<Effect>(&action);
      const bool writes = (assign && assign->to == field) || (effect && std::find(effect->writes.begin(), effect->writes.end(), field) != effect->writes.end());
      if (!writes || facts.never(id)) continue;
      const HookSet hooks = facts.explorer().hooks_of_chain(id.table, id.chain);
      const bool early = (hooks & set_of(Hook::prerouting)) != 0 || (id.table == TableId::mangle && (hooks & set_of(Hook::output)) != 0);
      if (!assign || assign->from != Field::none) {
        out.unknown = out.unknown || early;
        continue;
      }
      (!early ? out.late : id.table == TableId::nat ? out.first : out.early).push_back({id, static_cast<std::uint64_t>(assign->constant)});
    }
  });
  return out;
}

void judge(const Facts& facts, Findings& findings, const Setters& setters, std::uint64_t value, std::uint64_t mask, const std::string& what) {
  const auto gives = [&](const Setter& s) { return (s.value & mask) == value; };
  if (setters.unknown || std::any_of(setters.early.begin(), setters.early.end(), gives)) return;
  for (const auto* list : {&setters.first, &setters.late}) {
    std::vector<RuleId> rules;
    for (const Setter& s : *list)
      if (gives(s)) rules.push_back(s.id);
    if (rules.empty()) continue;
    const std::vector<RuleId> more(rules.begin() + 1, rules.end());
    const std::string why = list == &setters.first ? "of the first packet of each connection only, as the nat table sees no other" : "when the packet has been routed already";
    Finding& f = findings.add(rules.front(), fmt::format("sets {}, {}{}", what, why, facts.so_do(more)), more);
    f.certainty = Certainty::may;   // programs set both too
    f.hint = "set it in mangle PREROUTING; for packets that this host sends in mangle OUTPUT";
    return;
  }
}

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  const Family family = facts.ruleset().family;
  const Setters marks = setters_of(facts, Field::mark), tos = setters_of(facts, Field::tos);
  for (const RoutingRule& rule : facts.host()->rules) {
    if (rule.family != family || rule.invert) continue;
    if (rule.mark != 0 && rule.mark_mask != 0) judge(facts, findings, marks, rule.mark, rule.mark_mask, fmt::format("the mark {:#x}, which a routing rule of this host asks for", rule.mark));
    if (rule.tos != 0) judge(facts, findings, tos, rule.tos, 0xff, fmt::format("the TOS {:#x}, which a routing rule of this host asks for", rule.tos));
  }
  for (const Route& route : facts.host()->routes)
    if (route.family == family && route.tos != 0) judge(facts, findings, tos, route.tos, 0xff, fmt::format("the TOS {:#x}, which a route of this host is for", route.tos));
}

}  // namespace

const Check late_mark{
    .id = "FW641", .name = "late-mark",
    .title = "a mark or TOS that routing asks for is set when routing is done",
    .why = "Routes are chosen behind PREROUTING, and for packets of the host itself again behind mangle OUTPUT. What is set in INPUT, FORWARD or POSTROUTING changes no route.",
    .bad = "*mangle\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -p tcp -m tcp --dport 25 -j MARK --set-xmark 0x1/0xffffffff\n"
           "COMMIT\n",
    .good = "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A PREROUTING -p tcp -m tcp --dport 25 -j MARK --set-xmark 0x1/0xffffffff\n"
           "-A FORWARD -p tcp -m tcp --dport 25 -j MARK --set-xmark 0x2/0xffffffff\n"
           "COMMIT\n",
    .covers = "traps:E32 traps:E35",
    .host = "rules = [\"fwmark 1 lookup 100\"]\n"
            "[interfaces.eth0]\n"
            "addresses = [\"192.0.2.1/24\"]\n"
            "[interfaces.eth1]\n"
            "addresses = [\"10.0.0.1/24\"]\n"
            "[sysctl]\n"
            "\"net.ipv4.ip_forward\" = 1\n",
    .run = run};

}  // namespace fwsim::checks
