// Is what is dropped by default logged?
#include <fmt/format.h>

#include <algorithm>

#include "lint/audit/audited.hh"
#include "lint/audit/questions.hh"

namespace fwsim {
namespace {

constexpr Asked put[] = {new_in};

std::optional<RuleId> logger(const Audited& a, const Leaf& leaf) {
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    if (t->kind == Trail::Kind::matched || (t->kind == Trail::Kind::vague && t->yes))
      if (const SymbolicRule* rule = a.facts().rules().rule(t->rule); rule && rule->logs) return t->rule;
  return std::nullopt;
}

struct Stop {
  Class packets;
  std::vector<RuleId> logs;
  bool unlogged = false;
};

Judgement judge(const Audited& a) {
  Judgement j;
  const Explorer& explorer = a.answers().explorer();
  const Answered& answered = a.of(new_in);
  std::map<RuleId, Stop> stops;
  bool complete = true;
  for (const Piece& piece : answered.asked)
    complete = explorer.explore(Way::input, piece, [&](const Leaf& leaf) {
      if (leaf.outcome != PieceFate::dropped && leaf.outcome != PieceFate::rejected) return true;
      Class c;
      if (!leaf.by || !add_leaf(explorer, Way::input, leaf, piece, c) || from_elsewhere(a, c).empty()) return true;
      Stop& stop = stops[*leaf.by];
      if (const auto by = logger(a, leaf)) {
        if (std::find(stop.logs.begin(), stop.logs.end(), *by) == stop.logs.end()) stop.logs.push_back(*by);
      } else {
        // Where a limit is used up the same packets go unlogged: that is no gap.
        bool limited = false;
        for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
          if (t->kind == Trail::Kind::vague && !t->yes)
            if (const SymbolicRule* rule = a.facts().rules().rule(t->rule); rule && rule->logs) {
              limited = true;
              if (std::find(stop.logs.begin(), stop.logs.end(), t->rule) == stop.logs.end()) stop.logs.push_back(t->rule);
            }
        if (limited) return true;
        stop.unlogged = true;
        if (stop.packets.pieces.size() < 64) {
          std::move(c.pieces.begin(), c.pieces.end(), std::back_inserter(stop.packets.pieces));
          std::vector<Piece> pieces = std::move(stop.packets.pieces);
          stop.packets = std::move(c);
          stop.packets.pieces = std::move(pieces);
        }
      }
      return true;
    }, {.note_logs = true, .apart = true}) && complete;
  if (stops.empty()) {
    j.fail("nothing is denied, so nothing is logged");
    return j;
  }
  std::size_t silent = 0, logged = 0;
  for (const auto& [rule, stop] : stops) {
    const std::string place = a.name(rule);
    if (!stop.unlogged) {
      ++logged;
      j.evidence.push_back({.text = fmt::format("what {} drops is logged by {}", place, a.names(stop.logs)), .by = {}, .packet = {}});
      continue;
    }
    // What is dropped for what it is (a bogus source) may go unlogged; what no rule accepts may not.
    std::vector<Piece> wide;
    for (const Piece& piece : ordinary(a, Way::input, stop.packets.pieces))
      if (ports_of(a.space(), Field::dport, {piece}) >= 60'000) wide.push_back(piece);
    if (from_anywhere(a.space(), wide)) {
      j.fail(fmt::format("{} drops without a log entry", place));
      j.evidence.push_back(shown(a, fmt::format("no rule logs what {} drops", place), stop.packets, wide));
      const Chain& chain = a.ruleset().find(rule.table)->chains[rule.chain];
      const std::string at = a.is_policy(rule) ? fmt::format("-A {}", chain.name) : fmt::format("-I {} {}", chain.name, rule.index + 1);
      j.fix.push_back(fmt::format("{} {} -m limit --limit 5/min -j LOG --log-prefix \"dropped: \"", a.tool(), at));
    } else {
      ++silent;
    }
  }
  if (silent != 0 && logged == 0) j.fail("nothing that is dropped is logged");
  if (silent != 0) j.evidence.push_back({.text = fmt::format("{} more rule{} certain packets without a log entry", silent, silent == 1 ? " drops" : "s drop"), .by = {}, .packet = {}});
  if (!complete) j.cannot_tell("the ruleset is too large, and not all was looked at");
  return j;
}

}  // namespace

namespace questions {

const AuditQuestion denied_logged{.name = "denied-logged", .text = "is what comes from outside and is dropped logged?", .asks = put, .judge = judge};

}  // namespace questions
}  // namespace fwsim
