#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const Class* first = nullptr;
  std::vector<RuleId> more;
  for (const Class& c : answers.of(new_in).passed) {
    if (!c.by || !wide_open(answers, c)) continue;
    if (!first) first = &c;
    if (*c.by != *first->by && std::find(more.begin(), more.end(), *c.by) == more.end()) more.push_back(*c.by);
  }
  if (!first) return;
  Finding& f = findings.add(*first->by, "lets anybody reach every port of this host" + over_protocols(answers, *first) + facts.so_do(more), more);
  f.witness = answers.packet(*first, outside(answers, *first));
  const bool vague = first->vague;
  if (vague) f.certainty = Certainty::may;
  f.hint = "accept what is meant to be reached, and drop the rest: -P INPUT DROP";
}

}  // namespace

const Check input_open{
    .id = "FW201", .name = "input-open",
    .title = "new connections from anywhere to nearly every port of this host are accepted",
    .why = "A firewall that lets everything in protects nothing; each program that listens is open to the world. Whether the policy says so or a rule before it makes no difference.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
           "-A INPUT -j DROP\n"
           "COMMIT\n",
    .covers = "C01 C04 C05 C10 A14 I01 I02 I03 traps:A8",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
