#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

// What a rule does to the mark, when that is the same for every packet.
std::optional<Assign> marks(const Facts& facts, const Rule& rule) {
  const TargetUse* use = target_of(rule, "MARK");
  if (use)
    for (const Action& action : actions_of(*use, facts.ruleset().family))
      if (const Assign* a = std::get_if<Assign>(&action); a && a->to == Field::mark && a->from == Field::none) return *a;
  return {};
}

void run(const Facts& facts, Findings& findings) {
  u128 bits = 0;   // those by which kube-proxy remembers what to masquerade
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    if (chain_of(facts, id).name == "KUBE-MARK-MASQ")
      if (const auto mark = marks(facts, rule)) bits |= mark->constant;
  });
  if (bits == 0) return;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const auto mark = marks(facts, rule);
    if (!mark || manager_of(facts.ruleset(), chain_of(facts, id).name) || facts.never(id)) return;
    const HookSet hooks = facts.explorer().hooks_of_chain(id.table, id.chain);
    // From here to kube-proxy's rule of POSTROUTING the bit must stay as kube-proxy left it.
    const bool after = (hooks & hooks_of(Hook::forward, Hook::postrouting)) != 0 || ((hooks & set_of(Hook::output)) != 0 && (id.table == TableId::filter || id.table == TableId::security));
    const bool sets = (mark->constant & bits) != 0, clears = (mark->keep & bits) != bits && !sets;
    if (!sets && !(clears && after)) return;
    Finding& f = findings.add(id, fmt::format("{} the bit {:#x} of the mark, by which kube-proxy remembers {}", sets ? "sets" : "clears", static_cast<std::uint32_t>(bits),
                                              sets ? "what to masquerade: these packets leave with another source" : "what to masquerade: connections to services get no answer"));
    const u128 own = mark->constant & ~bits;
    f.hint = fmt::format("use other bits, with a mask: --set-xmark {0:#x}/{0:#x}", static_cast<std::uint32_t>(own == 0 ? u128{1} : own));
  });
}

}  // namespace

const Check kube_mark{
    .id = "FW847", .name = "kube-mark",
    .title = "rules use the bit of the mark that is kube-proxy's",
    .why = "KUBE-MARK-MASQ sets a bit (0x4000) and KUBE-POSTROUTING masquerades what has it. Whoever sets or clears it decides that for kube-proxy.",
    .bad = "*mangle\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -i eth1 -j MARK --set-xmark 0x1/0xffffffff\n"
           "COMMIT\n"
           "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           ":KUBE-MARK-MASQ - [0:0]\n"
           ":KUBE-POSTROUTING - [0:0]\n"
           "-A PREROUTING -d 10.96.0.1/32 -j KUBE-MARK-MASQ\n"
           "-A POSTROUTING -j KUBE-POSTROUTING\n"
           "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000\n"
           "-A KUBE-POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE\n"
           "COMMIT\n",
    .good = "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A PREROUTING -i eth1 -j MARK --set-xmark 0x1/0xffffffff\n"
           "-A FORWARD -i eth1 -j MARK --set-xmark 0x1/0x1\n"
           "COMMIT\n"
           "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           ":KUBE-MARK-MASQ - [0:0]\n"
           ":KUBE-POSTROUTING - [0:0]\n"
           "-A PREROUTING -d 10.96.0.1/32 -j KUBE-MARK-MASQ\n"
           "-A POSTROUTING -j KUBE-POSTROUTING\n"
           "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000\n"
           "-A KUBE-POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE\n"
           "COMMIT\n",
    .covers = "S05",
    .run = run};

}  // namespace fwsim::checks
