#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// Whether only packets that a bridge passes on match: by ports of a bridge, or in and out by the same one.
bool about_bridged(const Host& host, const Rule& rule) {
  if (const MatchUse* use = match_of(rule, "physdev")) {
    for (std::string_view option : {"physdev-in", "physdev-out", "physdev-is-in", "physdev-is-out", "physdev-is-bridged"})
      if (use->has(option) && !use->inverted(option)) return true;
    return false;
  }
  if (rule.basic.in().mask != all_ones || rule.basic.not_in || rule.basic.in() != rule.basic.out() || rule.basic.not_out) return false;
  const Interface* device = host.find(name_text(rule.basic.in().address));
  return device && device->kind == "bridge";
}

void run(const Facts& facts, Findings& findings) {
  const Host* host = facts.host();
  const bool v4 = facts.ruleset().family == Family::v4;
  const std::string setting = fmt::format("net.bridge.bridge-nf-call-{}", v4 ? "iptables" : "ip6tables");
  // When nothing is said of it: the module br_netfilter begins with 1, and a rule with physdev loads it.
  if (!host || !host->sysctls.contains(setting) || host->sysctl(setting, 1) != 0) return;
  if (std::any_of(host->interfaces.begin(), host->interfaces.end(), [&](const Interface& i) { return i.bridge_nf_call[v4 ? 0 : 1]; })) return;
  std::vector<RuleId> rules;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    if (about_bridged(*host, rule)) rules.push_back(id);
  });
  if (rules.empty()) return;
  const std::vector<RuleId> more(rules.begin() + 1, rules.end());
  findings.add(rules.front(), fmt::format("asks for packets that a bridge passes on{}; the kernel does not show them: {} is 0", facts.so_do(more), setting), more).hint =
      fmt::format("sysctl -w {}=1, and keep it so (/etc/sysctl.d); or filter in the bridge by nftables (table bridge)", setting);
}

}  // namespace

const Check bridge_unseen{
    .id = "FW722", .name = "bridge-unseen",
    .title = "rules for bridged packets, which the kernel does not show to iptables",
    .why = "They match nothing: whatever a bridge passes between its ports goes unfiltered, while the rules look as if they stopped it.",
    .bad = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -p tcp -m physdev --physdev-in vnet0 -m tcp --dport 25 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -i br0 -p tcp -m physdev ! --physdev-is-bridged -m tcp --dport 25 -j DROP\n"
           "COMMIT\n",
    .covers = "traps:C7",
    .host = "[interfaces.br0]\n"
           "kind = \"bridge\"\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.vnet0]\n"
           "master = \"br0\"\n"
           "[sysctl]\n"
           "\"net.bridge.bridge-nf-call-iptables\" = 0\n",
    .run = run};

}  // namespace fwsim::checks
