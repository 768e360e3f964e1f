// What a rule does to a piece: splits it, changes it, ends it (Explorer::Run).
#include "lint/explore_run.hh"

namespace fwsim {

Explorer::Run::Step Explorer::Run::rule(State& s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage) {
  std::vector<Piece> rest{std::move(s.piece)}, matching;
  take_out(rest, rule.hotdrop, [&](Piece& piece) {
    State gone{.piece = std::move(piece), .trail = s.trail, .stage = s.stage, .frames = {}, .vague = s.vague};
    leaf(gone, PieceFate::dropped, id, stage.hook, s.vague);
  });
  // Whether a rule that only takes notes matched is of no consequence for what follows.
  const bool vague = !rule.match.exact && (!rule.inert || (target && *target == id) || options.note_matched);
  const bool apart = !vague || options.apart;
  if (apart) {
    take_out(rest, rule.match.boxes, [&](Piece& piece) { matching.push_back(std::move(piece)); });
  } else {
    for (const Piece& piece : rest)
      for (const Box& box : rule.match.boxes)
        if (Piece both = piece; narrow(both, box)) matching.push_back(std::move(both));
  }
  TrailPtr passed_by = s.trail;
  if (vague) passed_by = onto(s.trail, {.kind = Trail::Kind::vague, .rule = id, .yes = false});
  // All but the last of both lists wait.
  std::vector<State> next;
  for (Piece& piece : rest)
    next.push_back({.piece = std::move(piece), .trail = apart ? s.trail : passed_by, .stage = s.stage, .frames = s.frames,
                    .vague = s.vague || (!apart && !matching.empty())});
  if (vague && apart)
    for (const Piece& piece : matching) next.push_back({.piece = piece, .trail = passed_by, .stage = s.stage, .frames = s.frames, .vague = true});
  for (Piece& piece : matching) {
    TrailPtr trail = s.trail;
    if (vague) trail = onto(std::move(trail), {.kind = Trail::Kind::vague, .rule = id, .yes = true});
    if (noted(rule)) trail = onto(std::move(trail), {.kind = Trail::Kind::matched, .rule = id});
    State taken{.piece = std::move(piece), .trail = std::move(trail), .stage = s.stage, .frames = s.frames, .vague = s.vague || vague};
    if (target && s.stage == target_stage && *target == id) {
      leaf(taken, PieceFate::reached, id, stage.hook, taken.vague);
      continue;
    }
    act(std::move(taken), rule, id, stage, next);
  }
  return go_on(s, std::move(next));
}

// One of the states goes on, the others wait.
Explorer::Run::Step Explorer::Run::go_on(State& s, std::vector<State> next) {
  if (next.empty()) return Step::gone;
  s = std::move(next.back());
  next.pop_back();
  for (State& other : next) todo.push_back(std::move(other));
  // A state that act() has sent on to the next stage begins there by itself.
  if (s.frames.empty()) {
    todo.push_back(std::move(s));
    return Step::gone;
  }
  return Step::on;
}

Explorer::Run::Step Explorer::Run::row(State& s, const SymbolicChain& chain, const RuleId& first, std::uint32_t end, const WayStage& stage) {
  const Var v = chain.rules[first.index].row_var;
  const auto set_of = [&](std::uint32_t i) -> const AtomSet& { return *chain.rules[i].match.boxes.front().find(v); };
  std::vector<AtomInterval> together;
  std::vector<std::uint32_t> taking;
  for (std::uint32_t i = first.index; i < end; ++i) {
    if (!s.piece[v].overlaps(set_of(i))) continue;
    taking.push_back(i);
    for (const AtomInterval& interval : set_of(i).intervals()) together.push_back(interval);
  }
  looked += (end - first.index) / 8;
  Box box = chain.rules[first.index].match.boxes.front();
  for (auto& limit : box.limits)
    if (limit.first == v) limit.second = AtomSet::of(std::move(together));
  std::vector<Piece> rest;
  Piece inside = s.piece;
  split(inside, box, rest);
  s.frames.back().next = end;
  std::vector<State> next;
  for (Piece& piece : rest) next.push_back({.piece = std::move(piece), .trail = s.trail, .stage = s.stage, .frames = s.frames, .vague = s.vague});
  // Sets that are apart from each other need not be taken from what is left.
  const AtomSet all = s.piece[v];
  std::uint64_t sizes = 0;
  for (std::uint32_t i : taking) sizes += (all & set_of(i)).size();
  const bool apart = sizes == inside[v].size();
  AtomSet left = inside[v];
  for (std::uint32_t i : taking) {
    const AtomSet mine = (apart ? all : left) & set_of(i);
    if (mine.empty()) continue;
    State taken{.piece = inside, .trail = s.trail, .stage = s.stage, .frames = s.frames, .vague = s.vague};
    taken.piece[v] = mine;
    end_rule(std::move(taken), chain.rules[i], {first.table, first.chain, i}, stage, next);
    if (!apart) left = left - mine;
  }
  return go_on(s, std::move(next));
}

void Explorer::Run::act(State s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next) {
  if (!rule.changes.empty()) {
    std::vector<State> changed;
    leave_absent(s, rule, id, stage, next);
    if (s.piece.empty()) return;
    change(std::move(s), rule, id, 0, changed);
    for (State& c : changed) end_rule(std::move(c), rule, id, stage, next);
  } else {
    end_rule(std::move(s), rule, id, stage, next);
  }
}

void Explorer::Run::leave_absent(State& s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next) {
  const auto copies = std::find_if(rule.changes.begin(), rule.changes.end(), [](const Change& c) { return c.kind == Change::Kind::copy; });
  if (copies == rule.changes.end()) return;
  const Pred there = presence(space()[copies->from].field, space().family());
  if (there.kind == Pred::Kind::always) return;
  std::vector<Piece> without{s.piece}, with;
  take_out(without, lower(space(), there).boxes, [&](Piece& piece) { with.push_back(std::move(piece)); });
  for (Piece& piece : without) {
    State same = s;
    same.piece = std::move(piece);
    end_rule(std::move(same), rule, id, stage, next);
  }
  s.piece = with.empty() ? Piece{} : std::move(with.front());   // states are one box
}

void Explorer::Run::change(State s, const SymbolicRule& rule, const RuleId& id, std::size_t at, std::vector<State>& out) {
  for (; at < rule.changes.size(); ++at) {
    const Change& c = rule.changes[at];
    if (c.var == state_var && told()) continue;
    if (c.kind == Change::Kind::copy && !s.piece[c.from].single()) {
      for (const AtomInterval& interval : s.piece[c.from].intervals())
        for (Atom atom = interval.low; atom <= interval.high; ++atom) {
          State one = s;
          one.piece[c.from] = AtomSet::one(atom);
          change(std::move(one), rule, id, at, out);
        }
      return;
    }
    Trail node{.kind = Trail::Kind::change, .var = c.var, .was = s.piece[c.var], .by = &c, .rule = id};
    switch (c.kind) {
      case Change::Kind::set: s.piece[c.var] = c.values; break;
      case Change::Kind::map:
        node.map = &c.map;
        s.piece[c.var] = image(c.map, s.piece[c.var]);
        break;
      case Change::Kind::copy: s.piece[c.var] = s.piece[c.from]; break;
    }
    s.trail = onto(std::move(s.trail), std::move(node));
  }
  if (!rule.exact_changes) s.vague = true;
  out.push_back(std::move(s));
}

void Explorer::Run::end_rule(State s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next) {
  const std::size_t before = next.size();
  ending(std::move(s), rule, id, stage, next);
  if (!target || next.empty()) {
    if (blamed && next.size() == before) blamed->insert(id);
    return;
  }
  // What can no longer come to the target was taken away by this rule.
  for (std::size_t i = before; i < next.size();) {
    if (next[i].stage < target_stage || (next[i].stage == target_stage && (next[i].frames.empty() || may_still_reach(next[i])))) {
      ++i;
      continue;
    }
    if (blamed) blamed->insert(id);
    next.erase(next.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Explorer::Run::ending(State s, const SymbolicRule& rule, const RuleId& id, const WayStage& stage, std::vector<State>& next) {
  const auto on_to_next_stage = [&](State state) {
    state.trail = onto(std::move(state.trail), {.kind = Trail::Kind::accepted, .rule = id, .hook = stage.hook});
    ++state.stage;
    state.frames.clear();
    next.push_back(std::move(state));
  };
  const auto pick = [&](State& state, std::uint8_t which) {
    state.trail = onto(std::move(state.trail), {.kind = Trail::Kind::choice, .rule = id, .pick = which, .hook = stage.hook});
  };
  switch (rule.ending) {
    case Ending::next: next.push_back(std::move(s)); break;
    case Ending::accept: on_to_next_stage(std::move(s)); break;
    case Ending::drop: leaf(s, PieceFate::dropped, id, stage.hook, s.vague); break;
    case Ending::reject: leaf(s, PieceFate::rejected, id, stage.hook, s.vague); break;
    case Ending::queue:
    case Ending::divert: {
      // The program, or that there is no socket, may let it go on.
      State passes = s;
      pick(s, 0);
      leaf(s, rule.ending == Ending::queue ? PieceFate::queued : PieceFate::diverted, id, stage.hook, s.vague);
      pick(passes, 1);
      passes.vague = true;
      on_to_next_stage(std::move(passes));
      break;
    }
    case Ending::back:
      if (s.frames.size() > 1) {
        s.frames.pop_back();
        next.push_back(std::move(s));
      } else {
        const SymbolicChain& base = e.rules_.table(stage.table)->chains[s.frames.back().chain];
        const RuleId end{stage.table, static_cast<std::uint16_t>(s.frames.back().chain), static_cast<std::uint32_t>(base.rules.size())};
        if (target && s.stage == target_stage && *target == end) return leaf(s, PieceFate::reached, end, stage.hook, s.vague);
        if (policy(s, base, end, stage)) on_to_next_stage(std::move(s));
      }
      break;
    case Ending::jump:
    case Ending::go: {
      if (rule.ending == Ending::go) s.frames.pop_back();
      Frame into = frame(stage.table, rule.chain, s.piece);
      // A goto from a base chain keeps that chain's policy for the end.
      if (rule.ending == Ending::go && s.frames.empty()) {
        const int base = e.rules_.table(stage.table)->base[static_cast<std::size_t>(stage.hook)];
        const auto end = static_cast<std::uint32_t>(e.rules_.table(stage.table)->chains[static_cast<std::size_t>(base)].rules.size());
        s.frames.push_back({.chain = static_cast<std::uint32_t>(base), .next = end, .list = nullptr, .at = 0});
      }
      s.frames.push_back(std::move(into));
      next.push_back(std::move(s));
      break;
    }
    case Ending::perhaps: {
      State stays = s;
      pick(s, 0);
      leaf(s, PieceFate::unknown, id, stage.hook, true);
      pick(stays, 1);
      stays.vague = true;
      next.push_back(std::move(stays));
      break;
    }
    case Ending::unknown: {
      State stays = s;
      pick(s, 0);
      leaf(s, PieceFate::unknown, id, stage.hook, true);
      stays.vague = true;
      State accepted = stays;
      pick(stays, 1);
      pick(accepted, 2);
      next.push_back(std::move(stays));
      on_to_next_stage(std::move(accepted));
      break;
    }
  }
}

}  // namespace fwsim
