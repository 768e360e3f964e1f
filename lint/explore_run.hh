// One exploration: the pieces still to follow, and where each is. Private to explore.cc and reach.cc.
#pragma once

#include <algorithm>
#include <set>
#include <utility>

#include "lint/explore.hh"
#include "lint/sketch.hh"

namespace fwsim {

inline TrailPtr onto(TrailPtr before, Trail node) {
  node.before = std::move(before);
  return std::make_shared<const Trail>(std::move(node));
}
AtomSet preimage(const std::vector<Atom>& map, const AtomSet& after, const AtomSet& before);
AtomSet image(const std::vector<Atom>& map, const AtomSet& before);

struct Explorer::Run {
  struct Frame {
    std::uint32_t chain = 0;
    std::uint32_t next = 0;          // the rule to look at next
    std::shared_ptr<const std::vector<std::uint32_t>> list;   // of a long chain: rules that overlap
    std::size_t at = 0;              // in the list
  };
  struct State {
    Piece piece;
    TrailPtr trail;
    std::size_t stage = 0;
    std::vector<Frame> frames;       // of the table of this stage; empty: not begun
    bool vague = false;
  };

  const Explorer& e;
  const WayPlan& plan;
  const ExploreOptions& options;
  const std::function<bool(const Leaf&)>& see;
  AtomSet wanted_state, wanted_out;        // what conntrack and routing will say
  const RuleId* target = nullptr;
  Hook target_hook = Hook::prerouting;
  std::size_t target_stage = ~std::size_t{0};
  const Leads* towards = nullptr;
  Piece goal;                              // what the target's packets look like there
  const Sketch* sketch = nullptr;          // of the rules: only some are looked at
  const Past* past = nullptr;              // of the packets
  std::set<RuleId>* blamed = nullptr;      // of the target: what takes packets away from it
  std::vector<State> todo{};
  std::uint64_t looked = 0;
  bool stopped = false;
  Var state_var = no_var, out_var = no_var;

  const Space& space() const { return e.space(); }
  bool told() const { return past && past->told; }

  // False when the budget was used up.
  bool run(const Piece& piece) {
    state_var = space().of(Field::ct_state);
    out_var = space().of(Field::out_if);
    State first{.piece = piece, .trail = {}, .vague = past != nullptr};
    wanted_state = piece[state_var];
    wanted_out = piece[out_var];
    if (!told()) first.piece[state_var] = AtomSet::one(space()[state_var].absent());
    if (plan.way != Way::output) first.piece[out_var] = AtomSet::one(space().atom_of(out_var, 0));
    todo.clear();
    todo.push_back(std::move(first));
    while (!todo.empty() && !stopped) {
      if (looked > options.budget) return false;
      State next = std::move(todo.back());
      todo.pop_back();
      advance(std::move(next));
    }
    return true;
  }

  void leaf(State& s, PieceFate outcome, std::optional<RuleId> by, Hook hook, bool vague) {
    if (stopped) return;
    if (blamed && by && outcome != PieceFate::reached) blamed->insert(*by);
    if (!see({.outcome = outcome, .by = by, .hook = hook, .piece = &s.piece, .trail = s.trail, .vague = vague})) stopped = true;
  }

  // Drops what cannot reach the target any more.
  bool useful(State& s) const {
    if (!target) return true;
    if (s.stage > target_stage) return false;
    const auto& written = plan.written[s.stage];
    for (Var v = 0; v < goal.size(); ++v) {
      if (written[v] || v == state_var || v == out_var) continue;
      s.piece[v] = s.piece[v] & goal[v];
      if (s.piece[v].empty()) return false;
    }
    return true;
  }

  void advance(State s) {
    while (!stopped) {
      if (s.stage == plan.stages.size()) return leaf(s, PieceFate::passed, std::nullopt, plan.stages.empty() ? Hook::input : plan.stages.back().hook, s.vague);
      const WayStage& stage = plan.stages[s.stage];
      if (s.frames.empty() && !useful(s)) return;
      switch (stage.kind) {
        case WayStage::Kind::conntrack:
          if (!track(s)) return;
          break;
        case WayStage::Kind::routing:
          if (options.until_routing) return leaf(s, PieceFate::passed, std::nullopt, stage.hook, s.vague);
          if (!route(s)) return;
          break;
        case WayStage::Kind::table:
          if (stage.idle && s.stage != target_stage) {
            if (!target && stage.table == TableId::filter) policy(s, stage);
            break;
          }
          if (s.frames.empty() && !enter(s, stage)) return;
          if (!table(s, stage)) return;
          break;
      }
      ++s.stage;
      s.frames.clear();
    }
  }

  // The state is told; NOTRACK, or the packet's past, has told it before. Goes on with what is tracked, keeps the rest for later.
  bool track(State& s) {
    const Atom untracked = space().atom_of(state_var, 4);
    s.trail = onto(std::move(s.trail), {.kind = Trail::Kind::laws, .stage = static_cast<std::uint8_t>(s.stage)});
    AtomSet wanted = target ? wanted_state & goal[state_var] : wanted_state;
    if (!s.piece[state_var].contains(space()[state_var].absent())) {
      s.piece[state_var] = s.piece[state_var] & wanted;
      return !s.piece[state_var].empty();
    }
    if (wanted.contains(untracked))
      for (const Box& box : plan.stages[s.stage].untracked) {
        State alone = s;
        if (!narrow(alone.piece, box)) continue;
        alone.piece[state_var] = AtomSet::one(untracked);
        ++alone.stage;
        todo.push_back(std::move(alone));
      }
    wanted = wanted - AtomSet::one(untracked);
    s.piece[state_var] = wanted;
    return !wanted.empty();
  }

  bool route(State& s) {
    if (plan.way == Way::forward) {
      s.piece[out_var] = wanted_out;
      if (target) s.piece[out_var] = s.piece[out_var] & goal[out_var];
      if (s.piece[out_var].empty()) return false;
    }
    s.trail = onto(std::move(s.trail), {.kind = Trail::Kind::laws, .stage = static_cast<std::uint8_t>(s.stage)});
    return true;
  }

  // The nat tables see the first packet of a connection only; what was translated before has other addresses now.
  bool enter(State& s, const WayStage& stage) {
    const SymbolicTable& table = *e.rules_.table(stage.table);
    if (stage.table == TableId::nat) {
      const AtomSet fresh = s.piece[state_var] & space().in(state_var, {{1, 1}}), related = s.piece[state_var] & space().in(state_var, {{2, 2}});
      const Var proto = space().of(Field::proto);
      const u128 icmp = space().family() == Family::v4 ? 1 : 58;
      const AtomSet errors = AtomSet::one(space().atom_of(proto, icmp));
      const AtomSet others = s.piece[state_var] - fresh - related;
      if (!others.empty()) pass_nat(s, others, s.piece[proto], table, stage);
      // An error is translated as the connection is that it tells of; an expected connection is a new one.
      if (!related.empty()) pass_nat(s, related, s.piece[proto] & errors, table, stage);
      // A reset was translated with what it answers, or was not.
      if (!related.empty() && e.rules_.relations.resets) pass_nat(s, related, s.piece[proto] - errors, table, stage);
      if (!related.empty() && (e.rules_.relations.helpers || e.rules_.relations.resets)) {
        State expected = s;
        expected.piece[state_var] = related;
        expected.piece[proto] = s.piece[proto] - errors;
        if (e.rules_.relations.resets)
          expected.trail = onto(std::move(expected.trail), {.kind = Trail::Kind::choice, .rule = end_of(stage, table), .pick = 2, .hook = stage.hook});
        expected.frames.push_back(frame(stage.table, static_cast<std::uint32_t>(table.base[static_cast<std::size_t>(stage.hook)]), expected.piece));
        if (!expected.piece[proto].empty()) todo.push_back(std::move(expected));
      }
      if (fresh.empty()) return false;
      s.piece[state_var] = fresh;
    }
    s.frames.push_back(frame(stage.table, static_cast<std::uint32_t>(table.base[static_cast<std::size_t>(stage.hook)]), s.piece));
    return true;
  }

  // Of the base chain.
  static RuleId end_of(const WayStage& stage, const SymbolicTable& table) {
    const auto base = static_cast<std::uint16_t>(table.base[static_cast<std::size_t>(stage.hook)]);
    return {stage.table, base, static_cast<std::uint32_t>(table.chains[base].rules.size())};
  }

  void pass_nat(const State& s, const AtomSet& states, const AtomSet& protocols, const SymbolicTable& table, const WayStage& stage) {
    if (protocols.empty()) return;
    State passing = s;
    passing.piece[state_var] = states;
    passing.piece[space().of(Field::proto)] = protocols;
    ++passing.stage;
    const RuleId end = end_of(stage, table);
    if (e.rules_.translates) translated(passing, end, stage.hook);
    if (e.rules_.translates || e.rules_.relations.resets)
      passing.trail = onto(std::move(passing.trail), {.kind = Trail::Kind::choice, .rule = end, .pick = 0, .hook = stage.hook});
    todo.push_back(std::move(passing));
  }

  // A known connection that was translated: its addresses are any.
  void translated(const State& s, const RuleId& end, Hook hook) {
    const AtomSet known = s.piece[state_var] & space().in(state_var, {{2, 3}});
    if (known.empty()) return;
    State other = s;
    other.piece[state_var] = known;
    other.vague = true;
    other.trail = onto(std::move(other.trail), {.kind = Trail::Kind::choice, .rule = end, .pick = 1, .hook = hook});
    const bool source = hook == Hook::input || hook == Hook::postrouting;
    for (Field f : {source ? Field::src : Field::dst, source ? Field::sport : Field::dport}) {
      const Var v = space().of(f);
      if (v == no_var) continue;
      other.trail = onto(std::move(other.trail), {.kind = Trail::Kind::change, .var = v, .was = other.piece[v], .rule = end});
      other.piece[v] = space().everything(v);
    }
    todo.push_back(std::move(other));
  }

  Frame frame(TableId table, std::uint32_t chain, const Piece& piece) {
    Frame f{.chain = chain, .next = 0, .list = sketch ? sketch->list(table, chain) : nullptr, .at = 0};
    const SymbolicChain& c = e.rules_.table(table)->chains[chain];
    if (!f.list && c.index.worthwhile()) {
      // What stands behind the target matters only where a packet may come again.
      const bool once = target && c.hook && target->table == table && target->chain == chain;
      const auto count = static_cast<std::uint32_t>(c.rules.size());
      f.list = std::make_shared<const std::vector<std::uint32_t>>(c.index.overlapping(piece, 0, once ? std::min(target->index, count) : count));
      looked += f.list->size() / 4;
    }
    return f;
  }

  // Whether the trail names this rule when it matches.
  bool noted(const SymbolicRule& rule) const {
    return options.note_matched || (options.note_memory && rule.remembers) || (options.note_logs && rule.logs);
  }

  // The next rule of the frame that may do something to the piece; the number of rules at the end.
  std::uint32_t next_rule(Frame& f, const SymbolicChain& chain, const Piece& piece, bool in_target_chain) {
    const auto count = static_cast<std::uint32_t>(chain.rules.size());
    const auto concerns = [&](std::uint32_t i) {
      const SymbolicRule& rule = chain.rules[i];
      ++looked;
      if (rule.inert && !noted(rule) && !(in_target_chain && target->index == i)) return false;
      for (const Box& box : rule.match.boxes)
        if (overlaps(piece, box)) return true;
      for (const Box& box : rule.hotdrop)
        if (overlaps(piece, box)) return true;
      return false;
    };
    if (f.list && !options.note_matched) {
      const std::uint32_t stop = in_target_chain ? std::min(target->index, count) : count;
      for (; f.at < f.list->size() && (*f.list)[f.at] < stop; ++f.at)
        if ((*f.list)[f.at] >= f.next && concerns((*f.list)[f.at])) return (*f.list)[f.at];
      // The target itself may be inert, and then it is in no list.
      for (std::uint32_t i = std::max(f.next, stop); i < count && in_target_chain; ++i)
        if (concerns(i)) return i;
      return count;
    }
    for (std::uint32_t i = f.next; i < count; ++i)
      if (concerns(i)) return i;
    return count;
  }

  bool may_still_reach(const State& s) const {
    if (!target || s.stage != target_stage) return true;
    return std::any_of(s.frames.begin(), s.frames.end(), [&](const Frame& f) { return towards->last[f.chain] >= static_cast<std::int64_t>(f.next); });
  }

  // Whether the packets of this state go on to the next stage.
  bool table(State& s, const WayStage& stage) {
    const SymbolicTable& t = *e.rules_.table(stage.table);
    while (!stopped) {
      if (!may_still_reach(s)) return false;
      if (looked > options.budget) {
        todo.push_back(std::move(s));   // run() sees that not all was done
        return false;
      }
      Frame& f = s.frames.back();
      const SymbolicChain& chain = t.chains[f.chain];
      const bool here = target && s.stage == target_stage && target->chain == f.chain;
      const std::uint32_t i = next_rule(f, chain, s.piece, here);
      if (i == chain.rules.size()) {
        const RuleId end{stage.table, static_cast<std::uint16_t>(f.chain), i};
        if (here && target->index == i) return leaf(s, PieceFate::reached, end, stage.hook, s.vague), false;
        if (s.frames.size() > 1) {
          s.frames.pop_back();
          continue;
        }
        return policy(s, chain, end, stage);
      }
      const std::uint32_t before = std::exchange(f.next, i + 1);
      const RuleId id{stage.table, static_cast<std::uint16_t>(f.chain), i};
      std::uint32_t row_end = chain.rules[i].row_end;
      if (here && target->index >= i) row_end = std::min(row_end, target->index);
      const bool in_row = chain.rules[i].row_var != no_var && before <= chain.rules[i].row_begin && row_end > i + 1 && !sketch && !options.note_matched;
      const Step step = in_row ? row(s, chain, id, row_end, stage) : rule(s, chain.rules[i], id, stage);
      if (step == Step::gone) return false;
      if (step == Step::accepted) return true;
    }
    return false;
  }

  // Of a chain without rules.
  void policy(State& s, const WayStage& stage) {
    const SymbolicTable& t = *e.rules_.table(stage.table);
    const auto base = static_cast<std::uint16_t>(t.base[static_cast<std::size_t>(stage.hook)]);
    policy(s, t.chains[base], {stage.table, base, 0}, stage);
  }

  bool policy(State& s, const SymbolicChain& chain, const RuleId& end, const WayStage& stage) {
    // A sketch that lacks the rules which let packets past must not have the policy take them either.
    if (chain.policy == Ending::accept || (sketch && !sketch->knows(end))) {
      s.trail = onto(std::move(s.trail), {.kind = Trail::Kind::accepted, .rule = end, .hook = stage.hook});
      return true;
    }
    leaf(s, PieceFate::dropped, end, stage.hook, s.vague);
    return false;
  }

  enum class Step : std::uint8_t { on, accepted, gone };
  // Splits the state by the rule; what does not match is kept for later, or the other way round when
  // the matching part is done with at once.
  Step rule(State& s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage);
  // The same for a row of rules, of which `first` is the first that takes something, at once.
  Step row(State& s, const SymbolicChain& chain, const RuleId& first, std::uint32_t end, const WayStage& stage);
  Step go_on(State& s, std::vector<State> next);
  template <class Take>
  static void take_out(std::vector<Piece>& pieces, const std::vector<Box>& boxes, Take take) {
    for (const Box& box : boxes) {
      std::vector<Piece> left;
      for (Piece& piece : pieces) {
        if (split(piece, box, left))
          take(piece);
        else
          left.push_back(std::move(piece));
      }
      pieces = std::move(left);
    }
  }

  void act(State s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next);
  // What has no mark of a connection to copy is left as it is; `s` becomes the rest, or empty.
  void leave_absent(State& s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next);
  void change(State s, const SymbolicRule& rule, const RuleId& id, std::size_t at, std::vector<State>& out);
  void end_rule(State s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next);
  void ending(State s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next);
};

}  // namespace fwsim
