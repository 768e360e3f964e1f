#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      if (!chain.hook || chain.policy != Verdict::drop || table.id == TableId::filter || table.id == TableId::security) continue;
      const RuleId policy{table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(chain.rules.size())};
      if (facts.never(policy)) continue;
      findings.add(policy, fmt::format("drops what no rule of {}/{} takes, before filter is asked", table_name(table.id), chain.name)).hint = fmt::format("-t {} -P {} ACCEPT, and filter in the table filter", table_name(table.id), chain.name);
    }
}

}  // namespace

const Check policy_elsewhere{
    .id = "FW804", .name = "policy-elsewhere",
    .title = "a policy of DROP in a table that is not for filtering",
    .why = "nat sees only the first packet of a connection; a policy of mangle or raw drops what the rules of filter were to decide, before they are asked.",
    .bad = "*nat\n"
           ":PREROUTING DROP [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5\n"
           "COMMIT\n",
    .covers = "C06 B15 E13 traps:D14",
    .run = run};

}  // namespace fwsim::checks
