#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any ack new"},
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
  Finding& f = findings.add(*found.front()->by, "lets connections begin in their middle: with an ACK instead of a SYN" + facts.so_do(more), more);
  f.witness = answers.packet(*found.front(), outside(answers, *found.front()));
  if (found.front()->vague) f.certainty = Certainty::may;
  f.hint = "add --syn, or drop before: -p tcp ! --syn -m conntrack --ctstate NEW -j DROP";
}

}  // namespace

const Check new_without_syn{
    .id = "FW208", .name = "new-without-syn",
    .title = "TCP connections may begin without a SYN",
    .why = "conntrack takes up a connection in its middle and calls it NEW (nf_conntrack_tcp_loose): what was cut off comes in again, and scans with ACK are answered.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "E04 traps:B5",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
