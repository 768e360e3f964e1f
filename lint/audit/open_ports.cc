// Does a rule decide about every port on which somebody listens? What is left to the policy, or to the rule that ends the
// chain for all, nobody thought of.
#include <fmt/format.h>

#include <algorithm>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {new_in};

// Whether the rule is about everything: new connections of the protocol to nearly every port get the same from it.
bool for_all_ports(const Audited& a, const RuleId& rule, unsigned protocol, bool accepts) {
  const Answered& all = a.of(new_in);
  for (const auto* list : {&all.passed, &all.stopped, &all.other})
    for (const Class& c : *list) {
      if (c.by != rule) continue;
      const std::vector<Piece> pieces = of_protocol(a.space(), from_elsewhere(a, c), protocol);
      if (accepts ? nearly_all(a, Way::input, pieces) : std::any_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return ports_of(a.space(), Field::dport, {p}) >= 60'000; })) return true;
    }
  return false;
}

void judge_listener(const Audited& a, const Listener& l, Judgement& j) {
  const Answered& answered = a.of(l.asked);
  std::vector<const Class*> deciding, others;
  for (const auto* list : {&answered.passed, &answered.stopped, &answered.other})
    for (const Class& c : *list) {
      if (from_elsewhere(a, c).empty()) continue;
      const bool own = c.by && !a.is_policy(*c.by) && !for_all_ports(a, *c.by, l.socket->proto, list == &answered.passed);
      (own ? deciding : others).push_back(&c);
    }
  if (deciding.empty() && others.empty()) return;   // nobody can send to it
  if (!deciding.empty()) {
    Evidence e{.text = fmt::format("{}: decided by {}", l.text, a.names(deciding)), .by = {}, .packet = {}};
    for (const Class* c : deciding) e.by.push_back(a.facts().place(*c->by));
    j.evidence.push_back(std::move(e));
    return;
  }
  const Class& c = *others.front();
  j.fail(fmt::format("no rule is about {}", l.text));
  j.evidence.push_back(shown(a, fmt::format("{}: nothing but {} decides, and new connections {}", l.text, a.names(others),
                                            c.fate == PieceFate::passed ? "pass" : "are dropped"), c));
  j.fix.push_back(fmt::format("{} -A INPUT -p {} --dport {} -m conntrack --ctstate NEW -j ACCEPT   # or DROP", a.tool(), l.socket->proto == 6 ? "tcp" : "udp", l.socket->port));
}

Judgement judge(const Audited& a) {
  Judgement j;
  if (!a.around().listeners_known) {
    j.cannot_tell("who listens on this host: --snapshot of 'fwsim collect', or [[sockets]] of --host, says so");
    return j;
  }
  for (const Listener& l : a.around().listeners) judge_listener(a, l, j);
  if (a.around().listeners.empty()) j.evidence.push_back({.text = "nobody listens but on loopback", .by = {}, .packet = {}});
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion open_ports{.name = "open-ports", .text = "does a rule decide about every port on which somebody listens?", .asks = put, .judge = judge};

}  // namespace questions
}  // namespace fwsim
