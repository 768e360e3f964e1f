#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"
#include "lint/managers.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  const Table* filter = facts.ruleset().find(TableId::filter);
  const Chain* input = filter ? filter->at(Hook::input) : nullptr;
  if (!input) return;
  bool logged = false;
  for_rules(facts, [&](const RuleId&, const Rule& rule) { logged = logged || logs(rule) || target_of(rule, "TRACE"); });
  if (logged) return;
  // The one that drops what no rule was for: where there is one, a policy or a rule that asks for nothing.
  const Answers& answers = facts.answers();
  const auto asks_for_nothing = [&](const RuleId& id) {
    const Chain& chain = chain_of(facts, id);
    return id.index >= chain.rules.size() || (chain.rules[id.index].matches.empty() && chain.rules[id.index].basic == BasicMatch{});
  };
  const Class* last = nullptr;
  for (const Class& c : answers.of(new_in).stopped) {
    if (!c.by || c.by->table != TableId::filter || !from_anywhere(answers.space(), outside(answers, c)) || values_of(answers.space(), Field::dport, outside(answers, c)) <= 60'000) continue;
    const Manager* manager = manager_of(facts.ruleset(), chain_of(facts, *c.by).name);
    if (manager && !manager->whole) continue;   // an exception that a program makes
    if (!last || asks_for_nothing(*c.by) || !asks_for_nothing(*last->by)) last = &c;
  }
  if (last) findings.add(*last->by, "drops without a word: no rule of this ruleset logs").hint = "before it: -m limit --limit 5/min -j LOG --log-prefix \"dropped: \"";
}

}  // namespace

const Check denied_not_logged{
    .id = "FW601", .name = "denied-not-logged",
    .title = "what is dropped is not logged anywhere",
    .why = "Nobody sees attacks, and nobody finds out why something does not get through.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"dropped: \"\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "C07 K01 K03",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
