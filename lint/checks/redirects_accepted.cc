#include "lint/checks.hh"
#include "lint/checks/accepted.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "icmp any -> any type 5/1", Family::v4},
    {Way::input, "icmp any -> any type 5/1 invalid", Family::v4},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  // Where connections are tracked, a redirect out of the blue is INVALID.
  find_accepted(facts, findings, asked[facts.rules().conntrack ? 1 : 0], "lets in ICMP redirects from anywhere", "accept the types that are needed (3, 8, 11, 12); net.ipv4.conf.all.accept_redirects=0 ignores them too");
}

}  // namespace

const Check redirects_accepted{
    .id = "FW503", .name = "redirects-accepted",
    .title = "ICMP redirects are accepted from anywhere",
    .why = "A redirect tells this host to send its packets by another router: that of whoever sent it.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p icmp -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "J03 J01",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
