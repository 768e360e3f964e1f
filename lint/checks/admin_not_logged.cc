#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any:22,3389,5900-5903,5985,5986,8291"},
    {Way::forward, "tcp any -> any:22,3389,5900-5903,5985,5986,8291"},
};
constexpr std::uint64_t most_looks = 500'000;

bool logged(const Facts& facts, const Leaf& leaf) {
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    if (t->kind == Trail::Kind::matched && t->rule.index < chain_of(facts, t->rule).rules.size() && logs(facts.rules().source(t->rule))) return true;
  return false;
}

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const Explorer& explorer = answers.explorer();
  std::vector<RuleId> found;
  for (const Asked& question : asked)
    for (const Piece& piece : answers.of(question).asked)
      explorer.explore(question.way, piece, [&](const Leaf& leaf) {
        const auto by = decider(leaf);
        if (leaf.outcome != PieceFate::passed || !by || by->index >= chain_of(facts, *by).rules.size() || logged(facts, leaf)) return true;
        // Rules that are for these ports, and not for all.
        const Var v = facts.space().of(Field::dport);
        const auto& boxes = facts.rules().rule(*by)->match.boxes;
        if (v == no_var || std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) { return box.find(v) == nullptr; })) return true;
        if (std::find(found.begin(), found.end(), *by) == found.end() && !explorer.origins(question.way, leaf, 1).empty()) found.push_back(*by);
        return true;
      }, {.note_logs = true, .apart = true, .budget = most_looks});
  if (found.empty()) return;
  std::sort(found.begin(), found.end());
  const std::vector<RuleId> more(found.begin() + 1, found.end());
  findings.add(found.front(), "lets administrators in and leaves no line of it in the log" + facts.so_do(more), more).hint =
      "before it, the same conditions with --ctstate NEW and -j LOG --log-prefix \"admin: \"";
}

}  // namespace

const Check admin_not_logged{
    .id = "FW605", .name = "admin-not-logged",
    .title = "new connections for administration are accepted and not logged",
    .why = "Standards ask that access to what is sensitive can be traced apart from the hosts that are reached, whose own logs an intruder edits.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j LOG --log-prefix \"admin: \"\n"
           "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "K06",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
