#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const auto chain = static_cast<std::uint16_t>(c);
      const std::size_t callers = facts.callers(table.id, chain).size();
      if (table.chains[c].hook || !table.chains[c].rules.empty() || callers == 0) continue;
      findings.add_chain(table.id, chain, fmt::format("is called by {} rule{} and has none itself", callers, callers == 1 ? "" : "s"));
    }
}

}  // namespace

const Check empty_chain{
    .id = "FW803", .name = "empty-chain",
    .title = "a jump to a chain without rules",
    .why = "Nothing happens there; what it was for is missing.",
    .fix = "delete the jump and the chain, or fill it",
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
    .on = false,
    .mend = Mend::safe,
    .covers = "A18 traps:A5",
    .run = run};

}  // namespace fwsim::checks
