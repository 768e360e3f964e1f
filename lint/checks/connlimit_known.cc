#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  const Space& space = facts.space();
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "connlimit");
    if (!use || !use->has("connlimit-above") || !refuses(rule)) return;
    const Explorer::Reached& reached = facts.reach(id);
    if (reached.packets.empty()) return;
    // Do packets of known connections come to it, and has it anything against them?
    const Var state = space.of(Field::ct_state);
    const auto asks_state = asks_of(facts, id, {Field::ct_state, Field::tcp_flags}, false);
    bool taken = asks_state;
    for (std::uint32_t i = 0; i < id.index && !taken; ++i)
      for (const Box& box : facts.takes({id.table, id.chain, i}))
        taken = taken || (box.limits.size() == 1 && box.limits.front().first == state && box.limits.front().second.contains(space.atom_of(state, 3)));
    if (taken) return;
    findings.add(id, "refuses packets of connections that were let in before, when there are more than its limit").hint = "add --syn, or accept ESTABLISHED before it";
  });
}

}  // namespace

const Check connlimit_known{
    .id = "FW617", .name = "connlimit-known",
    .title = "connlimit counts packets of connections that are there already",
    .why = "When the number is exceeded the packets of old connections are refused too: they hang.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "L07 traps:E10",
    .run = run};

}  // namespace fwsim::checks
