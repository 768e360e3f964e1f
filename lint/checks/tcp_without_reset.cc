#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any"},
    {Way::forward, "tcp any -> any"},
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  std::vector<RuleId> found;
  for (const Asked& question : asked)
    for (const Class& c : answers.of(question).stopped) {
      if (!c.by || c.fate != PieceFate::rejected || c.by->index >= chain_of(facts, *c.by).rules.size() || std::find(found.begin(), found.end(), *c.by) != found.end()) continue;
      const TargetUse* reject = target_of(facts.rules().source(*c.by), "REJECT");
      if (manager_of(facts.ruleset(), chain_of(facts, *c.by).name)) continue;
      // What is forbidden by an administrator says so on purpose.
      const bool port = reject && reject->number("reject-with") == (facts.ruleset().family == Family::v4 ? 3U : 4U);
      if (port) found.push_back(*c.by);
    }
  if (found.empty()) return;
  const std::vector<RuleId> more(found.begin() + 1, found.end());
  findings.add(found.front(), "refuses TCP connections with an ICMP error, as if it were UDP" + facts.so_do(more), more).hint = "before it: -p tcp -j REJECT --reject-with tcp-reset";
}

}  // namespace

const Check tcp_without_reset{
    .id = "FW506", .name = "tcp-without-reset",
    .title = "TCP connections are refused with an ICMP error",
    .why = "A closed TCP port answers with a reset. Some systems take an ICMP error for a passing fault and try again for minutes.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -j REJECT --reject-with icmp-port-unreachable\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -j REJECT --reject-with tcp-reset\n"
           "-A INPUT -j REJECT --reject-with icmp-port-unreachable\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "traps:E31",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
