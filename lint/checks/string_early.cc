#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

bool searches(const MatchUse& use) { return use.name == "string" && !use.has("to"); }

// Whether the rule asks for something besides before it searches: matches are asked in the order in which they are
// written, and addresses, devices and the protocol before all.
bool asks_first(const Rule& rule) {
  const BasicMatch& b = rule.basic;
  if (b.src.mask != 0 || b.dst.mask != 0 || b.proto != 0 || b.in().mask != 0 || b.out().mask != 0 || b.fragment) return true;
  for (const MatchUse& use : rule.matches) {
    if (searches(use)) return false;
    if (use.name != "comment" && use.name != "string") return true;
  }
  return true;
}

void run(const Facts& facts, Findings& findings) {
  const Space& space = facts.space();
  const Var state = space.of(Field::ct_state);
  std::vector<RuleId> rules;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    // In a chain of its own the caller may have asked.
    if (!chain_of(facts, id).hook || asks_first(rule) || facts.never(id)) return;
    // Behind a rule that accepts packets of running connections only first packets are searched.
    Piece running = whole(space);
    running[state] = AtomSet::one(space.atom_of(state, 3));
    const auto concerned = facts.concerned(id.table, id.chain, running, 0, id.index);
    if (std::any_of(concerned.begin(), concerned.end(), [&](std::uint32_t i) {
          const auto& takes = facts.takes({id.table, id.chain, i});
          return std::any_of(takes.begin(), takes.end(), [&](const Box& box) { return inside(running, box); });
        }))
      return;
    rules.push_back(id);
  });
  if (rules.empty()) return;
  const std::vector<RuleId> more(rules.begin() + 1, rules.end());
  findings.add(rules.front(), fmt::format("searches every packet from its first byte to its last{}", facts.so_do(more)), more).hint = "ask for a protocol and a port first, and limit the search: --from 40 --to 200";
}

}  // namespace

const Check string_early{
    .id = "FW823", .name = "string-early",
    .title = "every packet is searched for a string",
    .why = "A search looks at byte after byte, and all data of all connections pays for it. A short string is also found where it means nothing.",
    .bad = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -m string --string \"BitTorrent\" --algo bm --to 65535 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -p tcp -m string --string \"BitTorrent\" --algo bm --to 65535 -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "O05",
    .run = run};

}  // namespace fwsim::checks
