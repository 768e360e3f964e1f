#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr u128 enough = 512;

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    const auto* use = std::get_if<TargetUse>(&rule.target);
    if (!use || (use->name != "SNAT" && use->name != "MASQUERADE") || asks_of(facts, id, {Field::sport}, false)) return;
    for (const Action& action : actions_of(*use, facts.ruleset().family)) {
      const Nat* nat = std::get_if<Nat>(&action);
      if (!nat || !nat->ports) continue;
      const u128 ports = nat->ports->high - nat->ports->low + 1, addresses = nat->address ? nat->address->high - nat->address->low + 1 : 1;
      if (ports >= enough || addresses >= enough || ports * addresses >= enough || facts.never(id)) continue;
      const auto most = static_cast<unsigned>(ports * addresses);
      findings.add(id, fmt::format("has {} for all: at most {} connection{} at a time to the same port of the same server, and the packets of more are dropped",
                                   addresses > 1 ? fmt::format("{} ports on {} addresses", static_cast<unsigned>(ports), static_cast<unsigned>(addresses)) : fmt::format("{} port{}", most, most == 1 ? "" : "s"), most, most == 1 ? "" : "s"))
          .hint = "a wider range of ports, or none";
    }
  });
}

}  // namespace

const Check few_ports{
    .id = "FW411", .name = "few-ports",
    .title = "the source may become one of a few ports only",
    .why = "Two connections to the same server need two ports. When none is left the kernel drops the packet, and nothing says why.",
    .bad = "*nat\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -p tcp -j SNAT --to-source 192.0.2.1:40000-40009\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -p udp -m udp --sport 500 -j SNAT --to-source 192.0.2.1:500\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -p tcp -j SNAT --to-source 192.0.2.1:40000-49999\n"
           "COMMIT\n",
    .covers = "traps:D15",
    .run = run};

}  // namespace fwsim::checks
