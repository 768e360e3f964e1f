// Outbound and established: what this host begins may leave, and the answers come back; what it lets in is answered.
#include <fmt/format.h>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {
    new_out,
    new_in,
    {Way::input, "any any -> any established"},
    {Way::output, "any any -> any established"},
    {Way::input, "tcp any -> any ack"},
    {Way::output, "tcp any -> any ack"},
};

std::optional<Piece> limited(const Space& space, const Piece& piece, const Piece& by, Field from, Field to) {
  const Var v = space.of(from);
  if (v == no_var) return piece;
  return part_of(space, piece, to, space.ranges(v, by[v]));
}

// The packets of `answers` that answer packets of `begun`: ports, addresses and devices have changed places.
std::optional<Piece> answering(const Space& space, const Piece& answers, const Piece& begun, Way way) {
  const bool out = way == Way::output;
  std::optional<Piece> piece = answers;
  for (const auto& [from, to] : {std::pair{Field::dst, Field::src}, {Field::src, Field::dst}, {Field::dport, Field::sport}, {Field::sport, Field::dport},
                                 {out ? Field::out_if : Field::in_if, out ? Field::in_if : Field::out_if}})
    if (piece) piece = limited(space, *piece, begun, from, to);
  return piece;
}

bool some_answer(const Audited& a, const std::vector<Class>& list, const Piece& begun, unsigned protocol, Way way, const Class*& found) {
  for (const Class& c : list)
    for (const Piece& piece : of_protocol(a.space(), from_elsewhere(a, c), protocol))
      if (answering(a.space(), piece, begun, way)) {
        found = &c;
        return true;
      }
  return false;
}

// What becomes of answers to the connections that begin on this way. Whether any do.
bool judge_way(const Audited& a, Way way, Judgement& j) {
  bool any = false;
  const bool out = way == Way::output, tracked = a.facts().rules().conntrack;
  const Answered& begun = a.of(new_on(way));
  for (const Kind& kind : common_protocols(a.family())) {
    if (!tracked && kind.protocol != 6) continue;   // without states an answer of UDP looks like any packet
    const Answered& answers = a.of(put[tracked ? (out ? 2 : 3) : (out ? 4 : 5)]);
    std::vector<const Class*> passes;
    const Class* stopped = nullptr;
    const Class* begins = nullptr;
    std::size_t some = 0;
    for (const Class& c : begun.passed)
      for (const Piece& piece : of_protocol(a.space(), from_elsewhere(a, c), kind.protocol)) {
        ++some;
        const Class* by = nullptr;
        if (some_answer(a, answers.passed, piece, kind.protocol, way, by) || some_answer(a, answers.other, piece, kind.protocol, way, by)) {
          if (std::find(passes.begin(), passes.end(), by) == passes.end()) passes.push_back(by);
        } else if (!stopped && some_answer(a, answers.stopped, piece, kind.protocol, way, by)) {
          stopped = by;
          begins = &c;
        }
      }
    any = any || some != 0;
    const std::string_view chain = chain_of(out ? Way::input : Way::output);
    if (some == 0)
      j.evidence.push_back({.text = fmt::format("no new {} connection {}", kind.name, out ? "leaves" : "comes in"), .by = {}, .packet = {}});
    else if (stopped) {
      j.fail(fmt::format("no answer to {} connections that {} passes {}", kind.name, out ? "leave" : "come in", chain));
      j.evidence.push_back(shown(a, fmt::format("{} lets {} connections {}, and {} stops what answers them", a.name(*begins), kind.name, out ? "out" : "in", a.name(*stopped)), *stopped));
      j.fix.push_back(fmt::format("{} -I {} 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", a.tool(), chain));
    } else {
      j.evidence.push_back({.text = fmt::format("{} connections {}, and their answers pass {} by {}", kind.name, out ? "leave" : "come in", chain, a.names(passes)), .by = {}, .packet = {}});
    }
  }
  return any;
}

Judgement judge(const Audited& a) {
  Judgement j;
  const bool out = judge_way(a, Way::output, j), in = judge_way(a, Way::input, j);
  if (!out && !in) j.cannot_tell("no connection begins at all; whether that is meant, the ruleset does not show");
  if (!a.facts().rules().conntrack)
    j.evidence.push_back({.text = "no rule asks for the state of a connection: answers of UDP and ICMP cannot be told from other packets", .by = {}, .packet = {}});
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion answers_return{.name = "answers-return", .text = "do connections that may begin get their answers?", .asks = put, .judge = judge};

}  // namespace questions
}  // namespace fwsim
