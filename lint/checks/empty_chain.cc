#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const auto* jump = std::get_if<Jump>(&rule.target);
    if (!jump || jump->go || jump->chain < 0) return;
    const Chain& to = facts.ruleset().find(id.table)->chains[static_cast<std::size_t>(jump->chain)];
    if (to.rules.empty()) findings.add(id, fmt::format("does nothing: {}/{} has no rules", table_name(id.table), to.name));
  });
}

}  // namespace

const Check empty_chain{
    .id = "FW803", .name = "empty-chain",
    .title = "a jump to a chain without rules",
    .why = "Nothing happens there; what it was for is missing.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":BANNED - [0:0]\n"
           "-A INPUT -j BANNED\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":BANNED - [0:0]\n"
           "-A INPUT -j BANNED\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A BANNED -s 192.0.2.7/32 -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "A18 traps:A5",
    .run = run};

}  // namespace fwsim::checks
