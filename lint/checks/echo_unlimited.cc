#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "icmp any -> any type 8/0", Family::v4},
    {Way::input, "icmpv6 any -> any type 128/0", Family::v6},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const std::vector<RuleId> wide = wide_openings(answers, Way::input);
  const Asked& question = asked[facts.ruleset().family == Family::v4 ? 0 : 1];
  for (const Class& c : answers.of(question).passed) {
    // A limit makes it "may".
    if (!c.by || c.vague || std::find(wide.begin(), wide.end(), *c.by) != wide.end() || !from_anywhere(answers.space(), outside(answers, c))) continue;
    Finding& f = findings.add(*c.by, "answers pings from anywhere at any rate");
    f.witness = answers.packet(c, outside(answers, c));
    f.hint = "-m limit --limit 10/sec -j ACCEPT, and a DROP after it; do not drop them all";
    return;
  }
}

}  // namespace

const Check echo_unlimited{
    .id = "FW505", .name = "echo-unlimited",
    .title = "pings are answered at any rate",
    .why = "Each costs an answer of the same size. A limit keeps the line free for others and pings for those who look for faults.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 10/sec -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "J04",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
