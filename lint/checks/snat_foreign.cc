#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "model/value.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    const TargetUse* use = target_of(rule, "SNAT");
    if (!use || facts.never(id)) return;
    for (const Action& action : actions_of(*use, facts.ruleset().family)) {
      const Nat* nat = std::get_if<Nat>(&action);
      if (!nat || !nat->address) continue;
      bool own = false;
      for (const Interface& i : facts.host()->interfaces)
        for (const InterfaceAddress& a : i.addresses) own = own || (a.family == facts.ruleset().family && nat->address->contains(a.address));
      for (const Route& route : facts.host()->routes)
        own = own || (route.family == facts.ruleset().family && route.type == RouteType::local && route.destination.mask != 0 && (nat->address->low & route.destination.mask) == route.destination.address);
      if (!own) findings.add(id, fmt::format("gives packets the source {}, which is none of this host's addresses", address_text(facts.ruleset().family, nat->address->low))).hint = "it must be routed to this host, or answers do not come back";
    }
  });
}

}  // namespace

const Check snat_foreign{
    .id = "FW707", .name = "snat-foreign",
    .title = "the source becomes an address that the host does not have",
    .why = "Answers go to whoever has that address, unless it is routed here.",
    .bad = "*nat\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j SNAT --to-source 203.0.113.77\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j SNAT --to-source 192.0.2.1\n"
           "COMMIT\n",
    .covers = "G09 traps:D10",
    .host = "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"10.0.0.1/24\"]\n",
    .run = run};

}  // namespace fwsim::checks
