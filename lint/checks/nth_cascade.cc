#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "statistic");
    if (!use || !use->has("every") || id.index == 0 || facts.rules().rule(id)->ending == Ending::next) return;
    const RuleId before{id.table, id.chain, id.index - 1};
    const Rule& earlier = facts.rules().source(before);
    const MatchUse* other = match_of(earlier, "statistic");
    if (!other || facts.rules().rule(before)->ending == Ending::next || earlier.basic != rule.basic || other->number("every") != use->number("every")) return;
    const std::uint64_t n = use->number("every");
    if (n < 2) return;
    Finding& f = findings.add(id, fmt::format("takes every {}th of what {} left, so fewer than that one", n, facts.place(before).text()), {before});
    f.hint = fmt::format("--every {} here", n - 1);
  });
}

}  // namespace

const Check nth_cascade{
    .id = "FW616", .name = "nth-cascade",
    .title = "rules that take every nth packet share unevenly",
    .why = "Each rule sees only what those before it left: of three rules with --every 3 the first takes a third, the second a third of the rest. Count down: 3, 2, and the last without a condition.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -m statistic --mode nth --every 3 --packet 0 -j DNAT --to-destination 10.0.0.1\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -m statistic --mode nth --every 3 --packet 0 -j DNAT --to-destination 10.0.0.2\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -m statistic --mode nth --every 2 --packet 0 -j DNAT --to-destination 10.0.0.1\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.2\n"
           "COMMIT\n",
    .covers = "A29 traps:E24 traps:E25",
    .run = run};

}  // namespace fwsim::checks
