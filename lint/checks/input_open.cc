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
  for (const Class& c : answers.of(new_in).passed) {
    if (!c.by || !wide_open(answers, c)) continue;
    Finding& f = findings.add(*c.by, "lets anybody reach every port of this host");
    f.witness = answers.packet(c, outside(answers, c));
    if (c.vague) f.certainty = Certainty::may;
    f.hint = "accept what is meant to be reached, and drop the rest: -P INPUT DROP";
  }
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
