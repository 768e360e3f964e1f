#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
};
constexpr unsigned few = 16;   // ports of a service

void run(const Facts& facts, Findings& findings) {
  if (!facts.host() || !facts.host()->listeners_known) return;
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  const Var in = space.of(Field::in_if);
  const AtomSet lo = AtomSet::one(space.atom_of(in, name_word("lo")));
  const auto& passed = answers.of(new_in).passed;
  const auto part_for = [&](const Piece& piece, const Socket& s) {
    const auto of_protocol = part_of(space, piece, Field::proto, {{s.proto, s.proto}});
    return of_protocol ? part_of(space, *of_protocol, Field::dport, {{s.port, s.port}}) : std::nullopt;
  };
  for (const Socket& s : facts.host()->sockets) {
    const bool waits = s.peer_port == 0 && (s.state == Socket::State::listening || s.state == Socket::State::unconnected);
    if (s.address != 0 || s.family != facts.ruleset().family || !waits || !s.device.empty()) continue;
    // A rule that names the port lets it in by lo, and nobody lets it in by another device.
    const Class* let = nullptr;
    bool others = false;
    for (const Class& c : passed)
      for (const Piece& piece : c.pieces) {
        if (!part_for(piece, s)) continue;
        if (piece[in] != lo)
          others = true;
        else if (c.by && values_of(space, Field::dport, {piece}) <= few)
          let = &c;
      }
    if (!let || others || !answers.of(new_in).complete) continue;
    findings.add(*let->by, fmt::format("is for {} {} on this host only, and {} listens there on all its addresses: nothing but these rules keeps others out", s.proto == 6 ? "tcp" : "udp", s.port, s.process.empty() ? "a program" : s.process))
        .hint = "let it listen on 127.0.0.1";
  }
}

}  // namespace

const Check listens_widely{
    .id = "FW309", .name = "listens-widely",
    .title = "a service that is meant for this host listens on all addresses",
    .why = "The moment that the rules are not loaded, or are changed, it is open to the network.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -p tcp -m tcp --dport 5432 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -i lo -p tcp -m tcp --dport 6379 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "H08",
    .host = "[interfaces.eth0]\n"
            "addresses = [\"192.0.2.1/24\"]\n"
            "[[sockets]]\n"
            "proto = \"tcp\"\n"
            "local = \"0.0.0.0:5432\"\n"
            "[[sockets]]\n"
            "proto = \"tcp\"\n"
            "local = \"127.0.0.1:6379\"\n",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
