#include <fmt/format.h>

#include <algorithm>

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
      if (!c.by || c.vague || wide_open(answers, c)) continue;
      std::vector<Piece> pieces;
      u128 ports = 0;
      for (const Piece& piece : outside(answers, c)) {
        const auto ported = part_of(space, piece, Field::proto, {{6, 6}, {17, 17}});
        if (!ported) continue;
        const u128 n = values_of(space, Field::dport, {*ported});
        if (n <= 1000 || values_of(space, Field::sport, {*ported}) <= 1024 || by_certain_devices(answers, {*ported}) || !from_anywhere(space, {*ported})) continue;
        pieces.push_back(*ported);
        ports = std::max(ports, n);
      }
      if (pieces.empty()) continue;
      Finding& f = findings.add(*c.by, fmt::format("lets anybody reach {} ports{}", static_cast<unsigned>(ports), question.way == Way::forward ? " behind this host" : ""));
      f.witness = answers.packet(c, pieces);
      f.hint = "name the ports; for FTP and the like let a helper open them (-j CT --helper)";
    }
}

}  // namespace

const Check wide_range{
    .id = "FW307", .name = "wide-port-range",
    .title = "a range of many ports is open to everybody",
    .why = "Whatever will listen there is open too; ranges are kept for a program that left long ago.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 1024:65535 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 50000:50100 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "I04 I07 I11",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
