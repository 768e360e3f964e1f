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
  const Space& space = answers.space();
  for (const Class& c : answers.of(new_in).passed) {
    if (!c.by || c.vague || wide_open(answers, c)) continue;
    std::vector<Piece> others;
    for (const Piece& piece : outside(answers, c))
      if (values_of(space, Field::proto, {piece}) > 100 && !by_certain_devices(answers, {piece})) others.push_back(piece);
    if (!from_anywhere(space, others)) continue;
    Finding& f = findings.add(*c.by, "lets in nearly all protocols besides TCP, UDP and ICMP from anywhere");
    f.witness = answers.packet(c, others);
    f.hint = "end with a DROP of everything, and accept the protocols that are used";
  }
}

}  // namespace

const Check protocol_gap{
    .id = "FW204", .name = "protocol-gap",
    .title = "protocols besides TCP, UDP and ICMP come in from anywhere",
    .why = "A list of what is forbidden forgets SCTP, DCCP, GRE and others; the kernel loads their modules when a packet or a program asks.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -p tcp -j DROP\n"
           "-A INPUT -p udp -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p icmp -j ACCEPT\n"
           "COMMIT\n",
    .covers = "C09 H15",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
