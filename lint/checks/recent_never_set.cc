#include <fmt/format.h>

#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  std::set<std::string, std::less<>> set;
  for_rules(facts, [&](const RuleId&, const Rule& rule) {
    for (const MatchUse& use : rule.matches)
      if (use.name == "recent" && use.has("set")) set.emplace(use.text("name", "DEFAULT"));
  });
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (const MatchUse& use : rule.matches)
      if (use.name == "recent" && !use.has("set") && !set.contains(use.text("name", "DEFAULT"))) {
        Finding& f = findings.add(id, fmt::format("asks the list '{}' into which no rule enters an address", use.text("name", "DEFAULT")));
        f.hint = "a rule with -m recent --set of the same name, or /proc/net/xt_recent, must fill it";
      }
  });
}

}  // namespace

const Check recent_never_set{
    .id = "FW614", .name = "recent-never-set",
    .title = "a list of recent addresses is asked for, but no rule enters any",
    .why = "The rule never matches, or with ! always: port knocking does not open, bans do not ban.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m recent --rcheck --name knocked --mask 255.255.255.255 --rsource -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 7000 -m recent --set --name knocked --mask 255.255.255.255 --rsource -j DROP\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m recent --rcheck --name knocked --mask 255.255.255.255 --rsource -j ACCEPT\n"
           "COMMIT\n",
    .covers = "L05 traps:E8",
    .run = run};

}  // namespace fwsim::checks
