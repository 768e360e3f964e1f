#include "lint/checks.hh"
#include "lint/checks/accepted.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any invalid"},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  if (!facts.rules().conntrack) return;   // nothing has a state
  if (!wide_openings(facts.answers(), Way::input).empty()) return;   // everything is accepted, these too
  find_accepted(facts, findings, asked[0], "accepts packets too that belong to no connection (INVALID)", "before the rules that accept ports: -m conntrack --ctstate INVALID -j DROP");
}

}  // namespace

const Check invalid_accepted{
    .id = "FW207", .name = "invalid-accepted",
    .title = "packets that conntrack calls INVALID are accepted",
    .why = "They answer nothing and begin nothing: scans, and with NAT packets that leave untranslated.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate INVALID -j DROP\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "E03 N01 N02 traps:B3 traps:B4 traps:E45",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
