#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    // To the ports that Linux takes for its own connections.
    {Way::input, "tcp,udp any -> any:32768-60999 established"},
    {Way::input, "tcp any:80,443 -> any:32768-60999 ack"},
    {Way::forward, "tcp,udp any -> any established"},
    {Way::forward, "tcp any -> any ack"},
    new_out,
    new_through,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const bool tracked = facts.rules().conntrack;
  struct Case {
    const Asked &begins, &replies, &stateless;
    const char* text;
  };
  for (const Case& it : {Case{new_out, asked[0], asked[1], "stops the answers to TCP connections and UDP questions of this host"},
                         Case{new_through, asked[2], asked[3], "stops the answers to all TCP and UDP connections that are forwarded"}}) {
    RuleId by;
    const Answered& begun = answers.of(it.begins);
    if (std::all_of(begun.passed.begin(), begun.passed.end(), [&](const Class& c) { return outside(answers, c).empty(); })) continue;
    if (!stops_outside(answers, answers.of(tracked ? it.replies : it.stateless), by)) continue;
    Finding& f = findings.add(by, it.text);
    f.hint = "accept them early: -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
  }
}

}  // namespace

const Check replies_dropped{
    .id = "FW205", .name = "replies-dropped",
    .title = "nothing that answers this host comes back in",
    .why = "Connections that the host begins may go out, but no answer gets in: names are not found, updates fail.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":OUTPUT ACCEPT [0:0]\n"
           "-A INPUT -i lo -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "E01 E10 E11 traps:B1 traps:E50",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
