#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "icmpv6 any -> any type 135 untracked", Family::v6},
    {Way::output, "icmpv6 any -> any type 135 untracked", Family::v6},
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  for (const Asked& question : asked) {
    RuleId by;
    if (!stops_outside(answers, answers.of(question), by)) continue;
    Finding& f = findings.add(by, fmt::format("drops the neighbour solicitations that this host {}", question.way == Way::input ? "gets" : "sends"));
    f.hint = "accept -p ipv6-icmp, or at least its types 133 to 137";
  }
}

}  // namespace

const Check neighbours_dropped{
    .id = "FW502", .name = "neighbours-dropped",
    .title = "IPv6 neighbour discovery is dropped",
    .why = "Without it no address on the link is found: IPv6 stops working some seconds after the rules are loaded. These packets are UNTRACKED, so no state accepts them.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -s 2001:db8::/32 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p ipv6-icmp -j ACCEPT\n"
           "-A INPUT -s 2001:db8::/32 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::error,
    .covers = "F08 traps:B18 traps:E13",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
