#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  std::vector<RuleId> rules;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    if (match_of(rule, "state")) rules.push_back(id);
  });
  if (rules.empty()) return;
  const std::vector<RuleId> more(rules.begin() + 1, rules.end());
  findings.add(rules.front(), fmt::format("uses -m state{}", facts.so_do(more)), more).hint = "-m conntrack --ctstate, with the same words: the kernel keeps 'state' for old files only";
}

}  // namespace

const Check state_match{
    .id = "FW825", .name = "state-match",
    .title = "rules use -m state, the old name of -m conntrack",
    .why = "It does the same, is deprecated since 2012, and knows less: no SNAT, no DNAT, no direction.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "E07",
    .run = run};

}  // namespace fwsim::checks
