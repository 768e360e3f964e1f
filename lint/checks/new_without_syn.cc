#include "lint/checks.hh"
#include "lint/checks/accepted.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any ack new"},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  if (!facts.rules().conntrack) return;   // nothing has a state
  find_accepted(facts, findings, asked[0], "lets connections begin in their middle: with an ACK instead of a SYN", "add --syn, or drop before: -p tcp ! --syn -m conntrack --ctstate NEW -j DROP");
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
