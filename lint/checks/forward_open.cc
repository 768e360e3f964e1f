#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_through,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const Class* first = nullptr;
  std::vector<RuleId> more;
  for (const Class& c : answers.of(new_through).passed) {
    if (!c.by || !wide_open(answers, c)) continue;
    if (!first) first = &c;
    if (*c.by != *first->by && std::find(more.begin(), more.end(), *c.by) == more.end()) more.push_back(*c.by);
  }
  if (!first) return;
  Finding& f = findings.add(*first->by, "forwards new connections from anybody to every port" + over_protocols(answers, *first) + facts.so_do(more), more);
  f.witness = answers.packet(*first, outside(answers, *first));
  const bool vague = first->vague;
  if (vague || !facts.host()) f.certainty = Certainty::may;
  f.hint = "-P FORWARD DROP, and accept what this host is to route";
  if (!facts.host()) f.severity = Severity::note;   // whether it forwards at all is not known
}

}  // namespace

const Check forward_open{
    .id = "FW202", .name = "forward-open",
    .title = "new connections are forwarded from anywhere to anywhere",
    .why = "Whoever can send packets to this host reaches all networks behind it.",
    .bad = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -i eth0 -p tcp -m tcp --dport 23 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -s 10.0.0.0/8 -i eth1 -o eth0 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "C02",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
