#include <fmt/format.h>

#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    if (!accepts(rule) || (!match_of(rule, "limit") && !match_of(rule, "hashlimit")) || !chain_of(facts, id).hook) return;
    if (const MatchUse* h = match_of(rule, "hashlimit"); h && h->has("hashlimit-above")) return;
    if (facts.never(id)) return;
    // All that the rule asks about, whether it takes them or not.
    std::set<RuleId> by;
    bool passes = true, some = false;
    const Way way = chain_of(facts, id).hook == Hook::input ? Way::input : chain_of(facts, id).hook == Hook::forward ? Way::forward : Way::output;
    for (const Piece& wanted : facts.wanted(id)) {
      Piece begin = facts.explorer().plan(way).start;
      if (!narrow(begin, wanted)) continue;
      const bool all = facts.explorer().explore(way, begin, [&](const Leaf& leaf) {
        if (facts.explorer().origins(way, leaf, 1).empty()) return true;
        some = true;
        const auto end = decider(leaf);
        passes = leaf.outcome == PieceFate::passed && end;
        if (end && *end != id) by.insert(*end);
        return passes;
      }, {.apart = true, .budget = 200'000});
      if (!passes) return;
      if (!all) return findings.undecided(id);
    }
    if (!some || by.empty()) return;
    const std::vector<RuleId> others(by.begin(), by.end());
    Finding& f = findings.add(id, fmt::format("limits nothing: what is above its limit is accepted by {}", facts.names(others)), others);
    f.hint = "after it, drop the same packets without the limit";
  });
}

}  // namespace

const Check limit_in_vain{
    .id = "FW611", .name = "limit-in-vain",
    .title = "a limited ACCEPT has no effect: what is above the limit is accepted as well",
    .why = "Who wrote it believes that there is a limit, and there is none.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 1/sec -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 1/sec -j ACCEPT\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -j DROP\n"
           "COMMIT\n",
    .covers = "L02 L04 traps:E1",
    .run = run};

}  // namespace fwsim::checks
