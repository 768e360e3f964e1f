#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const RuleId& id : facts.all())
    if (facts.rules().rule(id)->match.boxes.empty()) findings.add(id, "never matches: no packet can be all that it asks for");
}

}  // namespace

const Check contradictory{
    .id = "FW104", .name = "contradictory",
    .title = "a rule's own conditions exclude each other",
    .why = "Something was mistyped, and what was meant is not there.",
    .fix = "write what was meant",
    .bad = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 80 -m multiport --dports 443,8080 -j DROP\nCOMMIT\n",
    .good = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 80 -m multiport --sports 443,8080 -j DROP\nCOMMIT\n",
    .mend = Mend::asked,
    .covers = "A10 M18 N03 traps:A10 traps:A11",
    .run = run};

}  // namespace fwsim::checks
