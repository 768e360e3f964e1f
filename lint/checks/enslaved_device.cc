#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (const Prefix& device : {rule.basic.in(), rule.basic.out()})
      for (const Interface& i : facts.host()->interfaces)
        if (device.mask == all_ones && name_word(i.name) == device.address && !i.master.empty()) {
          const Interface* master = facts.host()->find(i.master);
          if (master && master->kind != "bridge" && master->kind != "bond" && !master->kind.empty()) continue;   // of a VRF packets have both
          findings.add(id, fmt::format("asks for {}, a part of {}: packets come by {}", i.name, i.master, i.master)).hint = fmt::format("-i {}, or -m physdev --physdev-in {}", i.master, i.name);
        }
  });
}

}  // namespace

const Check enslaved_device{
    .id = "FW708", .name = "enslaved-device",
    .title = "rules ask for a device that belongs to a bridge or bond",
    .why = "Packets come by the bridge or bond, not by its part: the rule never matches. Of a bridge -m physdev knows the port.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i br0 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "R02 M15 traps:C5",
    .host = "[interfaces.br0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth0]\n"
           "master = \"br0\"\n",
    .run = run};

}  // namespace fwsim::checks
