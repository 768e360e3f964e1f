#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "icmp any -> any type 3/4 related", Family::v4},
    {Way::forward, "icmp any -> any type 3/4 related", Family::v4},
    {Way::input, "icmpv6 any -> any type 2/0 related", Family::v6},
    {Way::forward, "icmpv6 any -> any type 2/0 related", Family::v6},
    {Way::input, "tcp any -> any established"},
    {Way::forward, "tcp any -> any established"},
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  for (const Asked& question : asked) {
    RuleId by;
    const Asked& carries_on = question.way == Way::input ? asked[4] : asked[5];
    if (!facts.rules().conntrack || question.traffic.starts_with("tcp") || !stops_outside(answers, answers.of(question), by)) continue;
    const Answered& flows = answers.of(carries_on);   // nothing is lost where nothing flows
    if (std::none_of(flows.passed.begin(), flows.passed.end(), [&](const Class& c) { return !outside(answers, c).empty(); })) continue;
    Finding& f = findings.add(by, fmt::format("drops the ICMP errors that say a packet was too big, of connections that are {}", question.way == Way::input ? "this host's own" : "forwarded"));
    f.hint = "accept RELATED beside ESTABLISHED";
  }
}

}  // namespace

const Check pmtu_black_hole{
    .id = "FW501", .name = "pmtu-black-hole",
    .title = "the ICMP errors that tell a sender to use smaller packets are dropped",
    .why = "Connections are set up and then stall as soon as a full packet meets a smaller link: the fault that is hardest to find.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "F09 J02 J05 traps:B2 traps:E13 traps:E28",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
