#include <fmt/format.h>

#include <map>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  std::map<std::string, std::pair<RuleId, const MatchUse*>> first;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "hashlimit");
    if (!use) return;
    const auto [it, made] = first.emplace(std::string(use->text("hashlimit-name")), std::pair{id, use});
    if (made || it->second.second->given == use->given) return;
    Finding& f = findings.add(id, fmt::format("shares the hashlimit '{}' with {}, which asks for another limit: only the first one's settings count", it->first, facts.place(it->second.first).text()), {it->second.first});
    f.hint = "give it a name of its own";
  });
}

}  // namespace

const Check shared_hashlimit{
    .id = "FW613", .name = "shared-hashlimit",
    .title = "rules with the same hashlimit name ask for different limits",
    .why = "They share one table, which the first that is loaded makes: the settings of the others are ignored.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m hashlimit --hashlimit-upto 5/min --hashlimit-mode srcip --hashlimit-name a -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 80 -m hashlimit --hashlimit-upto 50/sec --hashlimit-mode srcip --hashlimit-name a -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m hashlimit --hashlimit-upto 5/min --hashlimit-mode srcip --hashlimit-name a -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 80 -m hashlimit --hashlimit-upto 50/sec --hashlimit-mode srcip --hashlimit-name b -j ACCEPT\n"
           "COMMIT\n",
    .covers = "L09 traps:E4",
    .run = run};

}  // namespace fwsim::checks
