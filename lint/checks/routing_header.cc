#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "model/matches/ipv6header.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_through,
};

void run(const Facts& facts, Findings& findings) {
  if (facts.ruleset().family != Family::v6) return;
  const auto& forwarded = facts.answers().of(new_through).passed;
  if (std::none_of(forwarded.begin(), forwarded.end(), [&](const Class& c) { return c.by && !outside(facts.answers(), c).empty(); })) return;   // no router
  const Space& space = facts.space();
  const Pred known = in(Field::ct_state, Range{2, 3});   // a connection's first packet tells
  std::vector<Pred> parts{negation(known)};
  if (space.of(Field::rt_type) != no_var) parts.push_back(is(Field::rt_type, 0));
  if (space.of(Field::ipv6_exts) != no_var) parts.push_back(masked(Field::ipv6_exts, ipv6_ext::routing, ipv6_ext::routing));
  const std::vector<RuleId> open = wide_openings(facts.answers(), Way::forward);   // what lets everything through is another finding
  std::optional<RuleId> by;
  for (const Box& box : lower(space, all(std::move(parts))).boxes) {
    Piece begin = facts.explorer().plan(Way::forward).start;
    if (by || !narrow(begin, box)) continue;
    facts.explorer().explore(Way::forward, begin, [&](const Leaf& leaf) {
      const auto decides = decider(leaf);
      if (leaf.outcome == PieceFate::passed && decides && std::find(open.begin(), open.end(), *decides) == open.end() && !facts.explorer().origins(Way::forward, leaf, 1).empty()) by = decides;
      return !by;
    }, {.budget = 200'000});
  }
  if (by) findings.add(*by, "forwards packets with a routing header of type 0 too: their sender has them go to and fro between hosts").hint = "before it: -m rt --rt-type 0 -j DROP";
}

}  // namespace

const Check routing_header{
    .id = "FW632", .name = "routing-header",
    .title = "IPv6 packets with a routing header of type 0 are forwarded",
    .why = "One such packet goes a way dozens of times (RFC 5095). Linux does not follow the header itself, but forwards the packet to hosts that may.",
    .bad = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -s 2001:db8::/32 -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD DROP [0:0]\n"
           "-A FORWARD -m rt --rt-type 0 -j DROP\n"
           "-A FORWARD -s 2001:db8::/32 -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "N06",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
