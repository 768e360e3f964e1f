#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

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
  const Answered& answered = facts.answers().of(new_in);
  if (logged || answered.stopped.empty()) return;
  const Class& c = answered.stopped.back();
  if (c.by) findings.add(*c.by, "drops without a word: no rule of this ruleset logs").hint = "before it: -m limit --limit 5/min -j LOG --log-prefix \"dropped: \"";
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
