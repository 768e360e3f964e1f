#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any"},
};

// Whether it refuses anything from anywhere but questions of old mail servers, who wait for an answer (ident).
bool refuses(const Answers& answers, const Class& c) {
  if (!c.by || c.vague || c.by->table != TableId::filter) return false;
  std::vector<Piece> pieces = outside(answers, c);
  const Space& space = answers.space();
  const Var v = space.of(Field::dport);
  std::erase_if(pieces, [&](const Piece& piece) {
    const auto ident = v == no_var ? std::nullopt : part_of(space, piece, Field::dport, {{113, 113}});
    return ident && (*ident)[v] == piece[v] && values_of(space, Field::dport, {piece}) == 1;
  });
  return from_anywhere(space, pieces);
}

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  const auto& stopped = answers.of(asked[0]).stopped;
  const auto first = [&](PieceFate fate) {
    return std::find_if(stopped.begin(), stopped.end(), [&](const Class& c) { return c.fate == fate && refuses(answers, c); });
  };
  const auto rejects = first(PieceFate::rejected), drops = first(PieceFate::dropped);
  if (rejects == stopped.end() || drops == stopped.end()) return;
  Finding& f = findings.add(*rejects->by, fmt::format("refuses connections from anywhere with an error, and {} drops others without one: a scan tells them apart", facts.names({*drops->by})), {*drops->by});
  f.witness = answers.packet(*rejects, outside(answers, *rejects));
  f.hint = "do the same with all that is closed";
}

}  // namespace

const Check mixed_refusals{
    .id = "FW216", .name = "mixed-refusals",
    .title = "closed ports are refused in two ways",
    .why = "A port that answers with an error among silent ones, or the reverse, tells a scanner where somebody wrote a rule.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 8080 -j REJECT --reject-with tcp-reset\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 113 -j REJECT --reject-with tcp-reset\n"
           "-A INPUT -s 10.0.0.0/24 -p tcp -j REJECT --reject-with tcp-reset\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "C08",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
