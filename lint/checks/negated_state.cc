#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/comes.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"
#include "model/matches/ct_state.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any invalid"},   // what FW207 asks, and says of each rule
};
constexpr std::uint64_t invalid = 1;

bool said_by_another(const Facts& facts, const RuleId& id) {
  const auto& passed = facts.answers().of(asked[0]).passed;
  return std::any_of(passed.begin(), passed.end(), [&](const Class& c) { return c.by == id && from_anywhere(facts.answers().space(), outside(facts.answers(), c)); });
}

// What else it asks of the connection, which INVALID packets do not have.
std::string more_options(const MatchUse& use) {
  std::string out;
  for (const Given& given : use.given)
    if (const std::string_view option = use.extension->options[given.option].name; option != "ctstate") out += fmt::format("{}--{}", out.empty() ? "" : " and ", option);
  return out;
}

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    if (id.table == TableId::raw) return;   // there nothing has a state yet: FW714
    for (const MatchUse& use : rule.matches) {
      if (use.name != "conntrack" && use.name != "state") continue;
      const std::string_view option = use.name == "state" ? "state" : "ctstate";
      const Bits* states = use.get<Bits>(option);
      if (!states || ((states->bits & invalid) != 0) == use.inverted(option)) continue;
      const std::string more = use.name == "state" ? "" : more_options(use);
      const bool negated = use.inverted(option);
      // Who drops all but some states wants INVALID dropped too.
      if (more.empty() && (!negated || !accepts(rule))) continue;
      if (facts.never(id) || some_come(facts, id, is(Field::ct_state, 0)) != true) continue;
      if (!more.empty()) {
        findings.add(id, fmt::format("matches every INVALID packet, whatever {} it has: such a packet has no connection that could be asked", more)).hint =
            "INVALID in a rule of its own, without those options";
      } else if (!said_by_another(facts, id)) {
        findings.add(id, fmt::format("accepts INVALID packets too: they are in none of the states after '! --{}'", option)).hint = "name the states that are meant, without '!'";
      }
    }
  });
}

}  // namespace

const Check negated_state{
    .id = "FW621", .name = "negated-state",
    .title = "a rule about connections takes packets that belong to none",
    .why = "INVALID packets are in none of the other states, so a negated state matches them; and what has no connection is judged by its state alone, other options of -m conntrack are not asked.",
    .bad = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -i eth1 -o eth0 -j ACCEPT\n"
           "-A FORWARD -i eth0 -o eth1 -m conntrack ! --ctstate NEW -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -m conntrack --ctstate INVALID -j DROP\n"
           "-A FORWARD -i eth1 -o eth0 -j ACCEPT\n"
           "-A FORWARD -i eth0 -o eth1 -m conntrack ! --ctstate NEW -j ACCEPT\n"
           "COMMIT\n",
    .covers = "traps:B6 traps:B7",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
