#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// What is wrong with asking this set so; empty when nothing is. Lists ask their members.
std::string fault(const IpSet& set, std::string_view sides, Family family) {
  if (!set.type || set.type->list) return {};
  const auto given = static_cast<unsigned>(std::count(sides.begin(), sides.end(), ',')) + 1;
  if (given < set.type->dimension()) return fmt::format("{} is a set of {}: it wants {} sides, and gets {}", set.name, set.type->name, set.type->dimension(), given);
  if (set.type->families != SetType::Families::none && set.family != family) return fmt::format("{} is a set of {} addresses", set.name, set.family == Family::v4 ? "IPv4" : "IPv6");
  return {};
}

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (const MatchUse& use : rule.matches) {
      if (use.name != "set") continue;
      const std::string_view given = use.text("match-set");
      const auto set = facts.host()->sets.find(given.substr(0, given.find(' ')));
      if (set == facts.host()->sets.end() || facts.never(id)) continue;
      const std::string why = fault(set->second, given.substr(given.find(' ') + 1), facts.ruleset().family);
      if (why.empty()) continue;
      Finding& f = findings.add(id, fmt::format("{}: {}", use.inverted("match-set") ? "its set holds no packet, so '!' is always true" : "never matches", why));
      f.severity = Severity::error;
      f.hint = "a side (src or dst) for each part of the set's type";
    }
  });
}

}  // namespace

const Check set_sides{
    .id = "FW627", .name = "set-sides",
    .title = "a set is asked with too few sides, or for the other family",
    .why = "The rule loads, and the answer is always no: nothing of the set is found.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set bad src -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m set --match-set bad src,dst -j DROP\n"
           "COMMIT\n",
    .covers = "traps:E17",
    .host = "sets = \"bad.ipset\"\n",
    .run = run};

}  // namespace fwsim::checks
