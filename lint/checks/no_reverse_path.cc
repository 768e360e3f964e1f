#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  const Host* host = facts.host();
  if (!host || facts.ruleset().family != Family::v4 || host->interfaces.size() < 3) return;   // with one device besides lo there is no choice
  if (!host->sysctls.contains("net.ipv4.conf.all.rp_filter") || host->sysctl("net.ipv4.conf.all.rp_filter", 0) != 0) return;
  for (const Interface& i : host->interfaces)
    if (host->sysctl("net.ipv4.conf." + i.name + ".rp_filter", 0) != 0) return;
  bool asked_for = false;
  for_rules(facts, [&](const RuleId&, const Rule& rule) { asked_for = asked_for || match_of(rule, "rpfilter"); });
  if (asked_for) return;
  // A packet from an internal address is believed, whichever way it comes.
  const Space& space = facts.space();
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    if (asked_for || !accepts(rule) || rule.basic.src.mask == 0 || rule.basic.not_src || rule.basic.in().mask != 0 || facts.reach(id).answer == Explorer::Reached::Answer::never) return;
    if (!facts.entered(id.table, id.chain) || space.of(Field::src) == no_var) return;
    asked_for = true;
    findings.add(id, "trusts a source that anybody can forge: rp_filter is 0 on all devices, and no rule asks -m rpfilter").hint = "sysctl -w net.ipv4.conf.all.rp_filter=1, or -t raw -A PREROUTING -m rpfilter --invert -j DROP";
  });
}

}  // namespace

const Check no_reverse_path{
    .id = "FW704", .name = "no-reverse-path",
    .title = "packets with forged sources are not told from others",
    .why = "Neither the kernel (rp_filter) nor a rule (-m rpfilter) asks whether a source could come by that device.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.0.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -m rpfilter --invert -j DROP\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.0.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "D04 D05 D06 D08 D09 traps:C10 traps:C11",
    .host = "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"10.0.0.1/24\"]\n"
           "[sysctl]\n"
           "\"net.ipv4.conf.all.rp_filter\" = 0\n",
    .run = run};

}  // namespace fwsim::checks
