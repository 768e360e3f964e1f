#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// Whether both ask for nothing but the state of the connection.
bool states_only(const MatchUse& use) { return use.given.size() == 1 && (use.has("state") || use.has("ctstate")); }

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (std::size_t i = 0; i < rule.matches.size(); ++i)
      for (std::size_t k = 0; k < i; ++k) {
        const MatchUse &a = rule.matches[k], &b = rule.matches[i];
        const bool states = states_only(a) && states_only(b);
        // What counts or draws is another thing the second time.
        const bool same = a == b && a.extension && a.extension->memory == Memory::none && a.name != "comment";
        if (!states && !same) continue;
        findings.add(id, a.name == b.name ? fmt::format("asks -m {} twice", a.name) : fmt::format("asks for the state of the connection twice, by -m {} and -m {}", a.name, b.name)).hint = fmt::format("one -m {} does", states ? "conntrack" : a.name);
        return;
      }
  });
}

}  // namespace

const Check asks_twice{
    .id = "FW824", .name = "asks-twice",
    .title = "a rule asks for the same thing twice",
    .why = "The second time costs as much as the first and changes nothing; mostly another condition was meant.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m state --state NEW -m conntrack --ctstate NEW -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 22 -m conntrack --ctproto 6 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "O06",
    .run = run};

}  // namespace fwsim::checks
