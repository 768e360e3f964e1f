#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const auto chain = static_cast<std::uint16_t>(c);
      if (table.chains[c].hook || !facts.callers(table.id, chain).empty()) continue;
      const std::size_t rules = table.chains[c].rules.size();
      Finding& f = findings.add_chain(table.id, chain, rules == 0 ? "is never used: no rule calls it, and it is empty"
                                                                  : fmt::format("is never used: no rule calls it, its {} no packet", rules == 1 ? "rule sees" : fmt::format("{} rules see", rules)));
      if (rules != 0) continue;
      f.severity = Severity::note;
      f.mend = Mend::safe;
    }
}

}  // namespace

const Check unreferenced_chain{
    .id = "FW105", .name = "unreferenced-chain",
    .title = "no rule jumps or goes to a chain",
    .why = "What the chain is there for does not happen.",
    .fix = "call it from the chain whose packets it is for, or delete it",
    .bad = "*filter\n:INPUT ACCEPT [0:0]\n:KNOCK - [0:0]\n-A KNOCK -p tcp -m tcp --dport 22 -j DROP\nCOMMIT\n",
    .good = "*filter\n:INPUT ACCEPT [0:0]\n:KNOCK - [0:0]\n-A INPUT -i eth0 -g KNOCK\n-A KNOCK -p tcp -m tcp --dport 22 -j DROP\nCOMMIT\n",
    .mend = Mend::asked,
    .covers = "A17 traps:A4",
    .run = run};

}  // namespace fwsim::checks
