#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  const Space& space = facts.space();
  const Var state = space.of(Field::ct_state);
  const auto atom = [&](u128 s) { return space.atom_of(state, s); };
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    if (!target_of(rule, "REJECT") || facts.never(id)) return;
    const auto& boxes = facts.rules().rule(id)->match.boxes;
    const bool only = !boxes.empty() && std::all_of(boxes.begin(), boxes.end(), [&](const Box& box) {
      const AtomSet* asked = box.find(state);
      return asked && !asked->contains(atom(4)) && !asked->contains(atom(1)) && !asked->contains(atom(2)) && !asked->contains(atom(3));
    });
    if (only) findings.add(id, "answers packets that belong to no connection").hint = "-j DROP";
  });
}

}  // namespace

const Check rejects_invalid{
    .id = "FW805", .name = "rejects-invalid",
    .title = "packets of no connection are answered",
    .why = "An answer to a forged or late packet can end somebody's connection, and tells a scanner that somebody is there.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate INVALID -j REJECT --reject-with icmp-port-unreachable\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate INVALID -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:B12 traps:E30",
    .run = run};

}  // namespace fwsim::checks
