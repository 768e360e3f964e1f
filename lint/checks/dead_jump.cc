#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/dead_rules.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_dead_rules(facts, nullptr, [&](const RuleId& id, const Cover& cover) {
    const SymbolicRule& rule = *facts.rules().rule(id);
    if (cover.kind == Cover::Kind::kernel || (rule.ending != Ending::jump && rule.ending != Ending::go)) return;
    findings.add(id, fmt::format("never goes to {}; it {}", facts.chain_place(id.table, rule.chain).text(), dead_text(facts, cover)), cover.by);
  });
}

}  // namespace

const Check dead_jump{
    .id = "FW107", .name = "dead-jump",
    .title = "a jump to a chain is never taken",
    .why = "The chain does not see the packets that it is meant for.",
    .fix = "move it before the rules that take its packets, or delete it",
    .bad = "*filter\n:INPUT ACCEPT [0:0]\n:WEB - [0:0]\n-A INPUT -i eth0 -j ACCEPT\n-A INPUT -i eth0 -p tcp -j WEB\n-A INPUT -j WEB\n-A WEB -j DROP\nCOMMIT\n",
    .good = "*filter\n:INPUT ACCEPT [0:0]\n:WEB - [0:0]\n-A INPUT -i eth0 -p tcp -j WEB\n-A INPUT -i eth0 -j ACCEPT\n-A WEB -j DROP\nCOMMIT\n",
    .mend = Mend::asked,
    .covers = "A19 A24",
    .run = run};

}  // namespace fwsim::checks
