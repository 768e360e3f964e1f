#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    const TargetUse* use = target_of(rule, "DNAT");
    if (!use || facts.ruleset().family != Family::v4 || (facts.explorer().hooks_of_chain(id.table, id.chain) & set_of(Hook::prerouting)) == 0) return;
    for (const Action& action : actions_of(*use, Family::v4)) {
      const Nat* nat = std::get_if<Nat>(&action);
      if (!nat || !nat->address || (nat->address->low >> 24) != 127) continue;
      if (facts.host() && facts.host()->sysctl("net.ipv4.conf.all.route_localnet", 0) != 0) continue;
      Finding& f = findings.add(id, "redirects packets to 127.0.0.0/8, which the kernel drops unless route_localnet is 1");
      if (!facts.host()) f.certainty = Certainty::may;
      f.hint = "-j REDIRECT, and let the service listen on the device's address";
    }
  });
}

}  // namespace

const Check loopback_target{
    .id = "FW706", .name = "loopback-target",
    .title = "packets from outside are redirected to 127.0.0.0/8",
    .why = "The kernel drops them as martians unless route_localnet is 1 on the device they come by; and where it is, every local service can be reached.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 127.0.0.1:8080\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\n"
           "COMMIT\n",
    .covers = "traps:D9",
    .run = run};

}  // namespace fwsim::checks
