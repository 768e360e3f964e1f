#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const auto chain = static_cast<std::uint16_t>(c);
      const std::vector<RuleId>& callers = facts.callers(table.id, chain);
      if (callers.empty() || facts.entered(table.id, chain)) continue;
      findings.add_chain(table.id, chain, fmt::format("is never entered: no packet is sent there by {}", facts.names(callers)), callers);
    }
}

}  // namespace

const Check unreachable_chain{
    .id = "FW106", .name = "unreachable-chain",
    .title = "a chain is called, but only by rules that no packet comes to",
    .why = "What the chain is there for does not happen.",
    .fix = "call it before the rules that take its packets, or delete it",
    .bad = "*filter\n:INPUT ACCEPT [0:0]\n:WEB - [0:0]\n-A INPUT -i eth0 -j ACCEPT\n-A INPUT -i eth0 -p tcp -j WEB\n-A WEB -j DROP\nCOMMIT\n",
    .good = "*filter\n:INPUT ACCEPT [0:0]\n:WEB - [0:0]\n-A INPUT -i eth0 -p udp -j ACCEPT\n-A INPUT -i eth0 -p tcp -j WEB\n-A WEB -j DROP\nCOMMIT\n",
    .mend = Mend::asked,
    .covers = "A19 traps:A4",
    .run = run};

}  // namespace fwsim::checks
