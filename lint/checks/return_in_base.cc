#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const Chain& chain = chain_of(facts, id);
    if (id.table != TableId::filter || !chain.hook || !ends_with(rule, Verdict::back) || id.index + 1 == chain.rules.size()) return;
    const RuleId policy{id.table, id.chain, static_cast<std::uint32_t>(chain.rules.size())};
    findings.add(id, fmt::format("gives its packets the policy, {}: there is no chain to return to", facts.target(policy)), {policy}).hint = "say ACCEPT or DROP";
  });
}

}  // namespace

const Check return_in_base{
    .id = "FW801", .name = "return-in-base",
    .title = "a RETURN in a built-in chain",
    .why = "It applies the chain's policy at once: the rules behind it are not asked.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -s 10.0.0.0/8 -j RETURN\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":INSIDE - [0:0]\n"
           "-A INPUT -s 10.0.0.0/8 -j INSIDE\n"
           "-A INSIDE -p tcp -m tcp --dport 22 -j RETURN\n"
           "-A INSIDE -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "A13 A23 A24 traps:A13",
    .run = run};

}  // namespace fwsim::checks
