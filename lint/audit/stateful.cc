// Do packets that begin no connection come in only as answers? Not when a source port, or a flag, is enough.
#include <fmt/format.h>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {
    new_in,
    new_through,
    {Way::input, "tcp any -> any ack new"},
    {Way::forward, "tcp any -> any ack new"},
    {Way::input, "tcp any -> any ack"},
    {Way::forward, "tcp any -> any ack"},
    {Way::input, "any any -> any established"},
    {Way::forward, "any any -> any established"},
};

Judgement judge(const Audited& a) {
  Judgement j;
  const bool tracked = a.facts().rules().conntrack;
  for (Way way : {Way::input, Way::forward}) {
    const Answered& fresh = a.of(put[way == Way::input ? 0 : 1]);
    for (const Class& c : fresh.passed)
      for (Side side : {Side::outside, Side::unclear}) {
        const std::vector<Piece> pieces = on_side(a, c, side);
        std::vector<Piece> reach;
        std::string kinds;
        for (const Kind& kind : {Kind{6, "TCP"}, Kind{17, "UDP"}})
          if (const std::vector<Piece> of = of_protocol(a.space(), pieces, kind.protocol); wide(a, way, of)) {
            reach.insert(reach.end(), of.begin(), of.end());
            kinds += fmt::format("{}{}", kinds.empty() ? "" : " and ", kind.name);
          }
        if (reach.empty()) continue;
        const bool ports = ports_of(a.space(), Field::sport, reach) <= 1024;
        if (side == Side::unclear)
          j.cannot_tell(fmt::format("{}: new connections by a device of which nobody said whether it is outside reach every port", chain_of(way)));
        else
          j.fail(fmt::format("{}: {}", chain_of(way), ports ? "a source port is enough to reach every port" : "new connections reach every port"));
        j.evidence.push_back(shown(a, fmt::format("{} {} new {} connections to every port{}", a.name(c), way == Way::input ? "lets in" : "forwards", kinds,
                                         side == Side::unclear ? ", by certain devices only" : ports ? ", from certain source ports" : ""), c, reach));
        if (c.by && side == Side::outside) j.fix.push_back(a.remove(*c.by));
      }
    for (const Class& c : a.of(put[tracked ? (way == Way::input ? 2 : 3) : (way == Way::input ? 4 : 5)]).passed) {
      const std::vector<Piece> pieces = on_side(a, c, Side::outside);
      bool fresh_too = false;   // said already
      for (const Class& other : fresh.passed) fresh_too = fresh_too || (other.by == c.by && wide(a, way, of_protocol(a.space(), from_elsewhere(a, other), 6)));
      if (!wide(a, way, pieces) || fresh_too) continue;
      j.fail(fmt::format("{}: TCP packets of no known connection reach every port", chain_of(way)));
      j.evidence.push_back(shown(a, fmt::format("{} lets in TCP packets with ACK to every port{}", a.name(c), tracked ? ", of no connection that is known" : ": no rule asks whether they answer anything"), c, pieces));
      if (c.by) j.fix.push_back(a.remove(*c.by));
    }
    if (j.answer != Judgement::Answer::pass) continue;
    std::vector<const Class*> by, begin;
    if (tracked)
      for (const Class& c : a.of(put[way == Way::input ? 6 : 7]).passed)
        if (!from_elsewhere(a, c).empty()) by.push_back(&c);
    for (const Class& c : fresh.passed)
      if (!from_elsewhere(a, c).empty()) begin.push_back(&c);
    if (by.empty() && begin.empty()) {
      j.evidence.push_back({.text = fmt::format("{}: nothing comes in from outside", chain_of(way)), .by = {}, .packet = {}});
      continue;
    }
    std::string text = fmt::format("{}: packets of known connections pass by {}", chain_of(way), a.names(by));
    text += begin.empty() ? "; no new connection does" : fmt::format("; new connections only by {}, each to certain ports or from certain sources", a.names(begin));
    j.evidence.push_back({.text = std::move(text), .by = {}, .packet = {}});
  }
  if (!j.fix.empty()) j.fix.push_back(fmt::format("{} -I INPUT 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", a.tool()));
  for (const Asked& question : put)
    if (!a.of(question).complete) {
      j.cannot_tell("the ruleset is too large, and not all was looked at");
      break;
    }
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion stateful{.name = "stateful", .text = "do only answers come in, and new connections to what is meant to be reached?", .asks = put, .judge = judge};

}  // namespace questions
}  // namespace fwsim
