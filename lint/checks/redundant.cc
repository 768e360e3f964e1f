#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/without.hh"

namespace fwsim::checks {
namespace {

// Whether the rule is the only one that makes the kernel track connections.
bool turns_on(const Rule& rule) {
  const auto on = [](const Use& use) { return use.extension && (use.extension->conntrack || use.extension->defrag); };
  const auto* target = std::get_if<TargetUse>(&rule.target);
  return (target && on(*target)) || std::any_of(rule.matches.begin(), rule.matches.end(), on);
}

// A chain of ten thousands of rules may ask for the square of that; what is left then is not decided.
constexpr std::uint64_t most_cost = 8'000'000;

void run(const Facts& facts, Findings& findings) {
  const auto switches = std::count_if(facts.all().begin(), facts.all().end(), [&](const RuleId& id) { return turns_on(facts.rules().source(id)); });
  std::set<RuleId> gone;
  std::uint64_t cost = 0;
  for (const RuleId& id : facts.all()) {
    if (!facts.entered(id.table, id.chain)) continue;
    if (switches == 1 && turns_on(facts.rules().source(id))) continue;
    if (cost > most_cost) {
      findings.undecided(id);
      continue;
    }
    const Without without = fwsim::without(facts, id, gone);
    cost += without.cost;
    if (without.answer == Without::Answer::gave_up) findings.undecided(id);
    if (without.answer != Without::Answer::same || facts.reach(id).answer != Explorer::Reached::Answer::yes || facts.twin(id)) continue;
    // What is dead itself, and will be deleted, cannot do it instead.
    const auto dead = [&](const RuleId& other) { return facts.rules().rule(other) && facts.never(other); };
    if (std::any_of(without.instead.begin(), without.instead.end(), dead)) continue;
    gone.insert(id);
    const bool rule = std::any_of(without.instead.begin(), without.instead.end(), [&](const RuleId& other) { return facts.rules().rule(other) != nullptr; });
    std::string by = without.instead.empty() ? "the chain that it calls does nothing" : fmt::format("without it {} {} the same", facts.names(without.instead), without.instead.size() == 1 ? "does" : "do");
    Finding& f = findings.add(id, "changes nothing: " + by, without.instead);
    if (!rule && !without.instead.empty()) {
      f.severity = Severity::note;
      f.mend = Mend::asked;   // it says what is meant, whatever the policy
    }
    f.hint = "it can be deleted";
  }
}

}  // namespace

const Check redundant{
    .id = "FW103", .name = "redundant",
    .title = "a rule changes nothing: without it all its packets get the same end",
    .why = "The rule costs time and misleads: who deletes or changes only this one has changed nothing.",
    .fix = "delete it, or leave it as a note of what is meant when only the policy does the same",
    .bad = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.1.0.0/16 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.1.0.0/16 -j ACCEPT\n-A INPUT -s 10.1.0.0/17 -d 10.2.0.1/32 -m limit --limit 1/sec -j ACCEPT\n"
            "-A INPUT -s 10.2.0.0/16 -j DROP\n-A INPUT -s 10.2.0.0/15 -j ACCEPT\nCOMMIT\n",
    .mend = Mend::safe,
    .covers = "A05 A06 A18 A30 traps:A5 traps:A9",
    .run = run};

}  // namespace fwsim::checks
