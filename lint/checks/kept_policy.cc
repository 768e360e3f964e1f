#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  const Table* filter = facts.ruleset().find(TableId::filter);
  if (!filter) return;
  std::string names;
  std::optional<std::uint16_t> first;
  for (std::uint16_t i = 0; i < filter->chains.size(); ++i) {
    const Chain& chain = filter->chains[i];
    // What no line declares has the line of its table.
    if (!chain.hook || chain.line != filter->line || chain.policy != Verdict::accept || chain.rules.empty()) continue;
    if (facts.never({TableId::filter, i, static_cast<std::uint32_t>(chain.rules.size())})) continue;   // nothing is left for a policy
    names += (names.empty() ? "" : ", ") + chain.name;
    if (!first) first = i;
  }
  if (!first) return;
  findings.add_chain(TableId::filter, *first, fmt::format("has rules and no line for its policy ({}): iptables-legacy keeps the policy that was there before, iptables-nft makes it ACCEPT", names)).hint = "a line like ':INPUT DROP [0:0]' for each";
}

}  // namespace

const Check kept_policy{
    .id = "FW631", .name = "kept-policy",
    .title = "the file does not say what becomes of packets that no rule takes",
    .why = "Without its line a chain has the policy of before, or ACCEPT: that depends on the program that loads the file.",
    .bad = "*filter\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:E40",
    .run = run};

}  // namespace fwsim::checks
