#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const RuleId& id : facts.all())
    if (const auto twin = facts.twin(id)) {
      // A chain that nothing enters is said to be so, not each of its rules.
      if (!facts.entered(id.table, id.chain)) continue;
      findings.add(id, fmt::format("repeats {}: the same packets, the same target", facts.place(*twin).text()), {*twin}).hint = "it can be deleted";
    }
}

}  // namespace

const Check duplicate{
    .id = "FW108", .name = "duplicate",
    .title = "a rule asks and does the same as an earlier one of its chain, however it is written",
    .why = "Who changes one of them has changed nothing, or not all.",
    .fix = "delete one of them",
    .bad = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -m comment --comment ssh -j ACCEPT\n"
           "-A INPUT -p tcp -m multiport --dports 22 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p udp -m multiport --dports 22 -j ACCEPT\nCOMMIT\n",
    .mend = Mend::safe,
    .covers = "A11 A12 traps:A12",
    .run = run};

}  // namespace fwsim::checks
