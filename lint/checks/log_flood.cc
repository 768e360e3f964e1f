#include <algorithm>
#include <functional>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  // Whether what comes to the chain has been limited before, by every caller.
  const std::function<bool(const RuleId&, int)> limited = [&](const RuleId& id, int depth) {
    if (limits_rate(facts.rules().source(id))) return true;
    const auto& callers = facts.callers(id.table, id.chain);
    return depth < 8 && !chain_of(facts, id).hook && !callers.empty() && std::all_of(callers.begin(), callers.end(), [&](const RuleId& c) { return limited(c, depth + 1); });
  };
  std::vector<RuleId> found;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    if (target_of(rule, "LOG") && !limited(id, 0) && facts.reach(id).answer == Explorer::Reached::Answer::yes) found.push_back(id);
  });
  if (found.empty()) return;
  const std::vector<RuleId> more(found.begin() + 1, found.end());
  Finding& f = findings.add(found.front(), "writes a line for every packet, at any rate" + facts.so_do(more), more);
  f.hint = "add -m limit --limit 5/min";
}

}  // namespace

const Check log_flood{
    .id = "FW602", .name = "log-flood",
    .title = "a rule logs every packet that anybody sends",
    .why = "A flood of packets becomes a flood of log lines: the disk fills, and what matters drowns.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -j LOG --log-prefix \"in: \"\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"in: \"\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "K04 traps:A15",
    .run = run};

}  // namespace fwsim::checks
