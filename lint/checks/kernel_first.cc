#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/dead_rules.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_dead_rules(facts, nullptr, [&](const RuleId& id, const Cover& cover) {
    if (cover.kind == Cover::Kind::kernel) findings.add(id, dead_text(facts, cover));
  });
}

}  // namespace

const Check kernel_first{
    .id = "FW111", .name = "kernel-first",
    .title = "a rule is for packets that the kernel itself never lets come so far",
    .why = "It does no harm, and nothing either: routing, connection tracking or reassembly deal with such packets before.",
    .fix = "delete it, or move it to raw PREROUTING if the packets are to be counted",
    .bad = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i eth0 -s 127.0.0.0/8 -j DROP\nCOMMIT\n",
    .good = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth0 -s 127.0.0.0/8 -j DROP\nCOMMIT\n",
    .severity = Severity::note,
    .covers = "A09 E12 G14 traps:D4",
    .run = run};

}  // namespace fwsim::checks
