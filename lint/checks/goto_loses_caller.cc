#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const auto* jump = std::get_if<Jump>(&rule.target);
    const Chain& chain = chain_of(facts, id);
    if (!jump || !jump->go || jump->chain < 0 || id.index + 1 == chain.rules.size() || facts.never(id)) return;
    const auto to = static_cast<std::uint16_t>(jump->chain);
    const RuleId end{id.table, to, static_cast<std::uint32_t>(facts.ruleset().find(id.table)->chains[to].rules.size())};
    if (facts.reach(end).answer != Explorer::Reached::Answer::yes) return;
    // Only where a rule behind it would have something to say.
    bool missed = false;
    for (const Piece& piece : facts.wanted(id))
      for (std::uint32_t i : facts.concerned(id.table, id.chain, piece, id.index + 1, static_cast<std::uint32_t>(chain.rules.size())))
        for (const Box& box : facts.rules().rule({id.table, id.chain, i})->match.boxes) missed = missed || overlaps(piece, box);
    if (missed) findings.add(id, fmt::format("what {} leaves without a verdict does not come back to the rules behind this one", facts.chain_place(id.table, to).text())).hint = "-j comes back, -g does not";
  });
}

}  // namespace

const Check goto_loses_caller{
    .id = "FW802", .name = "goto-loses-caller",
    .title = "a -g to a chain that may end without a verdict",
    .why = "What that chain leaves does not come back here: it goes on behind the jump before, or gets the policy.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":WEB - [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 1:1024 -g WEB\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A WEB -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":WEB - [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 1:1024 -j WEB\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A WEB -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "A22 traps:A7",
    .run = run};

}  // namespace fwsim::checks
