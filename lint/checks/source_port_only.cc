#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
    new_through,
};

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  for (const Asked& question : {new_in, new_through})
    for (const Class& c : answers.of(question).passed) {
      std::vector<Piece> pieces;
      for (const Piece& piece : outside(answers, c))
        if (const auto ported = part_of(space, piece, Field::proto, {{6, 6}, {17, 17}}))
          if (values_of(space, Field::sport, {*ported}) <= 1024 && values_of(space, Field::dport, {*ported}) >= 60'000 && from_anywhere(space, {*ported})) pieces.push_back(*ported);
      // From port 67 to 68 or the like is no such rule; a rule for one source is its owner's business.
      if (!c.by || c.vague || pieces.empty() || wide_open(answers, c)) continue;
      Finding& f = findings.add(*c.by, "lets anybody reach every port who sends from the right source port");
      f.witness = answers.packet(c, pieces);
      f.hint = "accept answers by their state: -m conntrack --ctstate ESTABLISHED";
    }
}

}  // namespace

const Check source_port_only{
    .id = "FW306", .name = "source-port-only",
    .title = "packets are accepted for their source port alone",
    .why = "Whoever sends chooses the source port: a rule that was meant for answers lets anybody reach every port.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p udp -m udp --sport 53 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p udp -m udp --sport 53 -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .covers = "E14",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
