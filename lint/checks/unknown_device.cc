#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  std::map<u128, std::vector<RuleId>> missing;   // by name
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (const Prefix& device : {rule.basic.in(), rule.basic.out()}) {
      if (device.mask == 0) continue;
      const auto& list = facts.host()->interfaces;
      const bool known = std::any_of(list.begin(), list.end(), [&](const Interface& i) { return (name_word(i.name) & device.mask) == device.address; });
      if (!known) missing[device.address].push_back(id);
    }
  });
  for (const auto& [name, rules] : missing) {
    const std::vector<RuleId> more(rules.begin() + 1, rules.end());
    findings.add(rules.front(), fmt::format("asks for the device {}, which this host does not have{}", name_text(name), facts.so_do(more)), more)
        .hint = "a device that comes and goes (ppp0, tun0) is no fault; after a renaming the rules must be changed";
  }
}

}  // namespace

const Check unknown_device{
    .id = "FW701", .name = "unknown-device",
    .title = "rules name a device that the host does not have",
    .why = "They match nothing: after a renaming (eth0 to enp3s0) a firewall can be wide open, or closed, without a word.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i eth7 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "F11 I07 M13 D10",
    .host = "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"10.0.0.1/24\"]\n",
    .run = run};

}  // namespace fwsim::checks
