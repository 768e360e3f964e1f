#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any invalid"},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  const std::vector<RuleId> open = wide_openings(answers, Way::input);
  std::vector<const Class*> found;
  for (const Class& c : answers.of(asked[0]).passed)
    if (c.by && std::find(open.begin(), open.end(), *c.by) == open.end() && from_anywhere(space, outside(answers, c))) found.push_back(&c);
  if (found.empty() || !facts.rules().conntrack) return;
  std::vector<RuleId> more;
  for (std::size_t i = 1; i < found.size(); ++i)
    if (*found[i]->by != *found.front()->by && std::find(more.begin(), more.end(), *found[i]->by) == more.end()) more.push_back(*found[i]->by);
  Finding& f = findings.add(*found.front()->by, "accepts packets too that belong to no connection (INVALID)" + facts.so_do(more), more);
  f.witness = answers.packet(*found.front(), outside(answers, *found.front()));
  if (found.front()->vague) f.certainty = Certainty::may;
  f.hint = "before the rules that accept ports: -m conntrack --ctstate INVALID -j DROP";
}

}  // namespace

const Check invalid_accepted{
    .id = "FW207", .name = "invalid-accepted",
    .title = "packets that conntrack calls INVALID are accepted",
    .why = "They answer nothing and begin nothing: scans, and with NAT packets that leave untranslated.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate INVALID -j DROP\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "E03 N01 N02 traps:B3 traps:B4 traps:E45",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
