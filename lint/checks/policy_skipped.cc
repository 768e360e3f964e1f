#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

constexpr std::string_view guards[] = {"cali-FORWARD", "KUBE-ROUTER-FORWARD", "WEAVE-NPC", "CILIUM_FORWARD", "KUBE-NWPLCY-DEFAULT"};

void run(const Facts& facts, Findings& findings) {
  const Space& space = facts.space();
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    const Chain* called = called_by(facts, id, rule);
    if (!called || !does_something(*called) || chain_of(facts, id).hook != Hook::forward || std::find(std::begin(guards), std::end(guards), called->name) == std::end(guards)) return;
    std::vector<RuleId> by;
    for (std::uint32_t i = 0; i < id.index; ++i) {
      const RuleId earlier{id.table, id.chain, i};
      if (!accepts(facts.rules().source(earlier)) || facts.never(earlier)) continue;
      const auto& boxes = facts.rules().rule(earlier)->match.boxes;
      if (std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) {
            Piece piece = whole(space);
            return narrow(piece, box) && has_new_from_outside(space, piece);
          }))
        by.push_back(earlier);
    }
    if (!by.empty()) findings.add(id, fmt::format("asks {} for the policies of pods too late: what {} let{} pass they do not see", called->name, facts.names(by), by.size() == 1 ? "s" : ""), by).hint = fmt::format("-j {} first", called->name);
  });
}

}  // namespace

const Check policy_skipped{
    .id = "FW844", .name = "policy-skipped",
    .title = "packets pass before the policies of pods are asked",
    .why = "The network plugin puts its chain first; a rule before it that accepts makes a NetworkPolicy a word without force.",
    .bad = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           ":cali-FORWARD - [0:0]\n"
           "-A FORWARD -s 10.244.0.0/16 -j ACCEPT\n"
           "-A FORWARD -j cali-FORWARD\n"
           "-A cali-FORWARD -s 10.244.1.7/32 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           ":cali-FORWARD - [0:0]\n"
           "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A FORWARD -j cali-FORWARD\n"
           "-A FORWARD -s 10.244.0.0/16 -j ACCEPT\n"
           "-A cali-FORWARD -s 10.244.1.7/32 -j DROP\n"
           "COMMIT\n",
    .covers = "S06",
    .run = run};

}  // namespace fwsim::checks
