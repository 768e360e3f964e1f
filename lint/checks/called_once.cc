#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      const auto& callers = facts.callers(table.id, static_cast<std::uint16_t>(c));
      if (chain.hook || chain.rules.size() != 1 || callers.size() != 1 || !std::holds_alternative<Verdict>(chain.rules.front().target)) continue;
      findings.add_chain(table.id, static_cast<std::uint16_t>(c), fmt::format("has one rule, and one rule calls it ({})", facts.names(callers)), callers).hint = "put the rule where the call is";
    }
}

}  // namespace

const Check called_once{
    .id = "FW827", .name = "called-once",
    .title = "a chain of one rule that is called once",
    .why = "It says nothing that the rule in its place would not say, and is one more place to look.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":WEB - [0:0]\n"
           "-A INPUT -p tcp -j WEB\n"
           "-A WEB -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":REFUSE - [0:0]\n"
           "-A INPUT -s 192.0.2.0/24 -j REFUSE\n"
           "-A INPUT -s 198.51.100.0/24 -j REFUSE\n"
           "-A REFUSE -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "A28",
    .run = run};

}  // namespace fwsim::checks
