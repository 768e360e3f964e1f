#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

constexpr std::uint64_t most_looks = 300'000;   // for one rule

// A rule that lets packets go on, by a translation or an ACCEPT, in a table before filter.
bool promises(const Facts& facts, const RuleId& id) {
  const SymbolicRule& rule = *facts.rules().rule(id);
  const HookSet hooks = facts.explorer().hooks_of_chain(id.table, id.chain);
  return rule.ending == Ending::accept && id.table != TableId::filter && (hooks & set_of(Hook::prerouting)) != 0 && (hooks & (hooks - 1)) == 0;
}

bool matched(const Leaf& leaf, const RuleId& id) {
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    if (t->kind == Trail::Kind::matched && t->rule == id) return true;
  return false;
}

struct Fates {
  bool dropped = false, other = false, vague = false, all_seen = true;
  std::set<RuleId> by;
};

Fates fates(const Facts& facts, const RuleId& id) {
  Fates out;
  for (Way way : {Way::input, Way::forward}) {
    Piece start = facts.explorer().plan(way).start;
    for (Piece& piece : facts.wanted(id)) {
      const Var state = facts.space().of(Field::ct_state);
      if (id.table == TableId::raw) piece[state] = facts.space().everything(state);
      Piece begin = start;
      // What is written on the way before is left open by wanted(); marks are none yet.
      if (!narrow(begin, piece)) continue;
      const bool complete = facts.explorer().explore(way, begin, [&](const Leaf& leaf) {
        if (!matched(leaf, id) || facts.explorer().origins(way, leaf, 1).empty()) return true;
        const bool dropped = (leaf.outcome == PieceFate::dropped || leaf.outcome == PieceFate::rejected) && leaf.by && leaf.by->table == TableId::filter;
        out.dropped = out.dropped || dropped;
        out.vague = out.vague || leaf.vague;
        out.other = out.other || !dropped;
        if (dropped) out.by.insert(*leaf.by);
        return !out.other;
      }, {.note_matched = true, .budget = most_looks});
      out.all_seen = out.all_seen && complete;
      if (out.other) return out;
    }
  }
  return out;
}

void run(const Facts& facts, Findings& findings) {
  for (const RuleId& id : facts.all()) {
    if (!promises(facts, id) || !facts.entered(id.table, id.chain) || facts.reach(id).answer != Explorer::Reached::Answer::yes) continue;
    const Fates f = fates(facts, id);
    if (f.other || !f.dropped) continue;
    if (!f.all_seen) {
      findings.undecided(id);
      continue;
    }
    const std::vector<RuleId> by(f.by.begin(), f.by.end());
    const bool translates = !facts.rules().rule(id)->changes.empty();
    Finding& finding = findings.add(id, fmt::format("is in vain: all packets that it {} are dropped by {}", translates ? "redirects" : "accepts", facts.names(by)), by);
    if (f.vague) finding.certainty = Certainty::may;
    finding.hint = translates ? "the filter table sees the new address and port; accept those" : "ACCEPT ends only this table; filter decides by itself";
  }
}

}  // namespace

const Check undone{
    .id = "FW110", .name = "undone",
    .title = "a later hook drops all that a rule redirects or accepts",
    .why = "A port forward without its ACCEPT in FORWARD does not work; an ACCEPT in PREROUTING does not let packets through filter.",
    .fix = "let filter accept the packets as they are then: with the new address and port",
    .bad = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5:8080\nCOMMIT\n"
           "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -d 10.0.0.5/32 -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n",
    .good = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5:8080\nCOMMIT\n"
            "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -d 10.0.0.5/32 -p tcp -m tcp --dport 8080 -j ACCEPT\nCOMMIT\n",
    .covers = "B16 G01 G02 traps:A14 traps:D1 traps:D2",
    .run = run};

}  // namespace fwsim::checks
