#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      if (!chain.hook || chain.rules.empty()) continue;
      const RuleId end{table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(chain.rules.size())};
      const Explorer::Reached& reached = facts.reach(end);
      if (reached.answer == Explorer::Reached::Answer::gave_up) findings.undecided(end);
      if (reached.answer != Explorer::Reached::Answer::never) continue;
      const Cover& cover = facts.cover(end);
      findings.add(end, fmt::format("{} decides nothing: {}", chain.policy == Verdict::drop ? "DROP" : "ACCEPT",
                                    cover.by.empty() ? "no packet comes so far" : fmt::format("{} {} all that come", facts.names(cover.by), cover.by.size() == 1 ? "takes" : "take")),
                   cover.by);
    }
}

}  // namespace

const Check policy_unused{
    .id = "FW109", .name = "policy-unused",
    .title = "no packet comes to the policy of a chain",
    .why = "A policy of DROP protects nothing then, and changing it changes nothing.",
    .fix = "none is needed; where the policy is DROP and a rule accepts everything, see whether that is meant",
    .bad = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -m limit --limit 5/sec -j ACCEPT\nCOMMIT\n",
    .severity = Severity::note,
    .covers = "A30 traps:A9",
    .run = run};

}  // namespace fwsim::checks
