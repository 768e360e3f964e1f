#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_out,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const Class* first = nullptr;
  std::vector<RuleId> more;
  for (const Class& c : answers.of(new_out).passed) {
    if (!c.by || !wide_open(answers, c)) continue;
    if (!first) first = &c;
    if (*c.by != *first->by && std::find(more.begin(), more.end(), *c.by) == more.end()) more.push_back(*c.by);
  }
  if (!first) return;
  Finding& f = findings.add(*first->by, "lets this host reach every port everywhere" + over_protocols(answers, *first) + facts.so_do(more), more);
  f.witness = answers.packet(*first, outside(answers, *first));
  const bool vague = first->vague;
  if (vague) f.certainty = Certainty::may;
  f.hint = "-P OUTPUT DROP, and accept what it needs: names, time, updates";
}

}  // namespace

const Check output_open{
    .id = "FW203", .name = "output-open",
    .title = "this host may begin connections to anywhere",
    .why = "What was broken into calls home; standards ask for outgoing traffic to be limited to what is needed.",
    .bad = "*filter\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A OUTPUT -o lo -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":OUTPUT DROP [0:0]\n"
           "-A OUTPUT -o lo -j ACCEPT\n"
           "-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "C03 H11 H12 D07",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
