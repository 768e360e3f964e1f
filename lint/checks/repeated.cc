#include "lint/checks.hh"
#include "lint/checks/dead_rules.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_dead_rules(facts, nullptr, [&](const RuleId& id, const Cover& cover) {
    const Ending ending = facts.rules().rule(id)->ending;
    if (cover.kind == Cover::Kind::kernel || ending == Ending::jump || ending == Ending::go || !same_end(facts, id, cover)) return;
    findings.add(id, dead_text(facts, cover) + ", with the same end", cover.by).hint = "it can be deleted";
  });
}

}  // namespace

const Check repeated{
    .id = "FW102", .name = "repeated",
    .title = "a rule never matches, because earlier rules take all its packets and do the same with them",
    .why = "The rule costs time and misleads: who deletes or changes only this one has changed nothing.",
    .fix = "delete it",
    .bad = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j ACCEPT\n"
            "-A INPUT -s 192.168.0.0/16 -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n",
    .mend = Mend::safe,
    .covers = "A04 L04 traps:A1 traps:A2 traps:A3",
    .run = run};

}  // namespace fwsim::checks
