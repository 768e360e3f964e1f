#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
};

void run(const Facts& facts, Findings& findings) {
  if (!facts.host() || !facts.host()->listeners_known) return;
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  constexpr unsigned few = 16;   // ports of a service
  for (const Class& c : answers.of(new_in).passed) {
    if (!c.by || wide_open(answers, c)) continue;
    bool used = false, some = false;
    std::string ports;
    for (const Piece& piece : outside(answers, c))
      for (const u128 protocol : {u128{6}, u128{17}}) {
        const auto part = part_of(space, piece, Field::proto, {{protocol, protocol}});
        if (!part) continue;
        if (values_of(space, Field::dport, {*part}) > few) {
          used = true;   // about more than a service
          continue;
        }
        some = true;
        const Var v = space.of(Field::dport);
        for (const Range& r : space.ranges(v, (*part)[v])) {
          ports += fmt::format("{}{} {}", ports.empty() ? "" : ", ", protocol == 6 ? "tcp" : "udp", ports_text(r));
          used = used || std::any_of(facts.host()->sockets.begin(), facts.host()->sockets.end(), [&](const Socket& s) { return s.proto == protocol && r.contains(s.port) && s.peer_port == 0; });
        }
      }
    if (some && !used) findings.add(*c.by, fmt::format("opens {}, where nothing listens", ports)).hint = "remove it, or start what it is for";
  }
}

}  // namespace

const Check stale_rule{
    .id = "FW703", .name = "stale-rule",
    .title = "a port is open and nothing listens there",
    .why = "What is installed there next, by whomever, is open from its first minute.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "H07",
    .host = "[interfaces.eth0]\n"
           "addresses = [\"192.0.2.1/24\"]\n"
           "[interfaces.eth1]\n"
           "addresses = [\"10.0.0.1/24\"]\n"
           "[[sockets]]\n"
           "proto = \"tcp\"\n"
           "local = \"0.0.0.0:22\"\n",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
