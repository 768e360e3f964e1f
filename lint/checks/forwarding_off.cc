#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  const bool v4 = facts.ruleset().family == Family::v4;
  const std::string_view name = v4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
  if (!facts.host() || !facts.host()->sysctls.contains(name) || facts.host()->sysctl(name, 1) != 0) return;
  std::vector<RuleId> rules;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const bool forwards = chain_of(facts, id).hook == Hook::forward && accepts(rule);
    const bool translates = chain_of(facts, id).hook == Hook::postrouting && (target_of(rule, "MASQUERADE") || target_of(rule, "SNAT")) && rule.basic.src.mask != 0;
    if (forwards || translates) rules.push_back(id);
  });
  if (rules.empty()) return;
  const std::vector<RuleId> more(rules.begin() + 1, rules.end());
  findings.add(rules.front(), fmt::format("is for packets that are forwarded, and {} is 0{}", name, more.empty() ? "" : fmt::format("; so {} {}", more.size() == 1 ? "is" : "are", facts.names(more))), more).hint =
      fmt::format("sysctl -w {}=1, and in /etc/sysctl.d", name);
}

}  // namespace

const Check forwarding_off{
    .id = "FW702", .name = "forwarding-off",
    .title = "rules for forwarded packets on a host that does not forward",
    .why = "Nothing passes from one device to another while net.ipv4.ip_forward is 0: the rules and translations do nothing.",
    .bad = "*nat\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE\n"
           "COMMIT\n"
           "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -i eth1 -o eth0 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":FORWARD DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "COMMIT\n",
    .covers = "G14 traps:D4",
    .host = "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"10.0.0.1/24\"]\n"
           "[sysctl]\n"
           "\"net.ipv4.ip_forward\" = 0\n",
    .run = run};

}  // namespace fwsim::checks
