#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::output, "tcp,udp any -> any"},
    {Way::output, "tcp any -> any established"},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  RuleId by;
  if (!facts.rules().conntrack || !stops_outside(answers, answers.of(asked[0]), by)) return;
  const auto some = [&](const Answered& answered) { return std::any_of(answered.passed.begin(), answered.passed.end(), [&](const Class& c) { return !outside(answers, c).empty(); }); };
  if (!some(answers.of(asked[1])) || !some(answers.of(new_in))) return;   // where nothing is let through at all, that is meant
  findings.add(by, "lets this host answer and begin nothing: it looks up no names, sets no clock by others, and fetches no updates").hint =
      "accept in OUTPUT what it needs: udp and tcp 53 to its resolvers, udp 123, tcp 443";
}

}  // namespace

const Check begins_nothing{
    .id = "FW215", .name = "begins-nothing",
    .title = "this host answers connections, and may begin none",
    .why = "ESTABLISHED and RELATED in OUTPUT are enough for a server's answers and errors, not for what it asks itself: logins wait for names, the clock drifts, certificates expire.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":OUTPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A OUTPUT -o lo -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":OUTPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A OUTPUT -d 10.0.0.53/32 -p udp -m udp --dport 53 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:B19",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
