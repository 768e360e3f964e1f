#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* hash = match_of(rule, "hashlimit");
    if (!ends_with(rule, Verdict::drop) || (!match_of(rule, "limit") && !(hash && hash->has("hashlimit-upto"))) || facts.never(id)) return;
    // Where the rest is dropped too there is no harm.
    const Rule* next = id.index + 1 < chain_of(facts, id).rules.size() ? &chain_of(facts, id).rules[id.index + 1] : nullptr;
    if (next && refuses(*next) && next->matches.empty() && next->basic == BasicMatch{}) return;
    Finding& f = findings.add(id, "drops packets below the rate and lets those above it go on: the reverse of a limit");
    f.hint = "-m limit ... -j ACCEPT and then -j DROP; or -m hashlimit --hashlimit-above ... -j DROP";
  });
}

}  // namespace

const Check limited_drop{
    .id = "FW612", .name = "limited-drop",
    .title = "a rule drops packets only up to a limit",
    .why = "A limit matches below the rate: of a flood the first few packets are dropped and all others go on.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 5/min -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 5/min -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j DROP\n"
           "COMMIT\n",
    .covers = "traps:E2",
    .run = run};

}  // namespace fwsim::checks
