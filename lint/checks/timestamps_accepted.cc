#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "icmp any -> any type 13/0 new", Family::v4},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const std::vector<RuleId> open = wide_openings(answers, Way::input);
  for (const Class& c : answers.of(asked[0]).passed) {
    if (!c.by || c.vague || std::find(open.begin(), open.end(), *c.by) != open.end() || !from_anywhere(answers.space(), outside(answers, c))) continue;
    Finding& f = findings.add(*c.by, "lets in ICMP timestamp questions from anywhere");
    f.witness = answers.packet(c, outside(answers, c));
    f.hint = "accept echo requests (8) and errors (3, 11, 12) only";
  }
}

}  // namespace

const Check timestamps_accepted{
    .id = "FW504", .name = "timestamps-accepted",
    .title = "ICMP timestamp or address mask questions are answered to anybody",
    .why = "They tell the clock of this host, which guesses at random numbers begin with, and nobody needs them.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p icmp -m icmp --icmp-type 13 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "J03",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
