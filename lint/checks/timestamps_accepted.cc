#include "lint/checks.hh"
#include "lint/checks/accepted.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "icmp any -> any type 13/0 new", Family::v4},
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  find_accepted(facts, findings, asked[0], "lets in ICMP timestamp questions from anywhere", "accept echo requests (8) and errors (3, 11, 12) only");
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
