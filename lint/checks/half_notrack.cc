#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  std::vector<RuleId> in;
  bool out = false;
  for_rules(facts, TableId::raw, [&](const RuleId& id, const Rule& rule) {
    const TargetUse* ct = target_of(rule, "CT");
    if (!target_of(rule, "NOTRACK") && !(ct && ct->has("notrack"))) return;
    const HookSet hooks = facts.explorer().hooks_of_chain(id.table, id.chain);
    if ((hooks & set_of(Hook::prerouting)) != 0 && rule.basic.proto != 0) in.push_back(id);
    if ((hooks & set_of(Hook::output)) != 0) out = true;
    if ((hooks & set_of(Hook::prerouting)) != 0 && rule.basic.proto == 0) out = true;   // perhaps both directions of what is forwarded
  });
  const Table* raw = facts.ruleset().find(TableId::raw);
  if (in.size() != 1 || out || !raw) return;   // of several in PREROUTING one may be for the answers
  findings.add(in.front(), "leaves one direction untracked; the answers, in OUTPUT, are not").hint = "the same in OUTPUT with source and destination exchanged";
}

}  // namespace

const Check half_notrack{
    .id = "FW711", .name = "half-notrack",
    .title = "packets of one direction only are left untracked",
    .why = "The answers are tracked, as connections that never began: they are INVALID or NEW, and what accepts ESTABLISHED does not take them.",
    .bad = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack\n"
           "COMMIT\n",
    .good = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack\n"
           "-A OUTPUT -p udp -m udp --sport 53 -j CT --notrack\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "E05 E06 traps:B8 traps:B9",
    .run = run};

}  // namespace fwsim::checks
