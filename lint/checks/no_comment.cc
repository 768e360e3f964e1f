#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    if (accepts(rule) && !match_of(rule, "comment") && rule.basic.in().address != name_word("lo")) findings.add(id, "accepts packets without a comment that says why");
  });
}

}  // namespace

const Check no_comment{
    .id = "FW812", .name = "no-comment",
    .title = "a rule that accepts packets and does not say why",
    .why = "An auditor, and whoever comes after, has to know what each opening is for and who asked for it.",
    .fix = "say in a comment who asked for the rule, and why",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -m comment --comment \"shop, ticket 4711\" -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "P01",
    .run = run};

}  // namespace fwsim::checks
