#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "icmp any -> any type 5/1", Family::v4},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const std::vector<RuleId> open = wide_openings(answers, Way::input);
  for (const Class& c : answers.of(asked[0]).passed) {
    if (!c.by || c.vague || std::find(open.begin(), open.end(), *c.by) != open.end() || !from_anywhere(answers.space(), outside(answers, c))) continue;
    Finding& f = findings.add(*c.by, "lets in ICMP redirects from anywhere");
    f.witness = answers.packet(c, outside(answers, c));
    f.hint = "accept the types that are needed (3, 8, 11, 12); net.ipv4.conf.all.accept_redirects=0 ignores them too";
  }
}

}  // namespace

const Check redirects_accepted{
    .id = "FW503", .name = "redirects-accepted",
    .title = "ICMP redirects are accepted from anywhere",
    .why = "A redirect tells this host to send its packets by another router: that of whoever sent it.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p icmp -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "J03 J01",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
