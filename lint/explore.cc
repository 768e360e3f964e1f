#include "lint/explore_run.hh"

namespace fwsim {
AtomSet preimage(const std::vector<Atom>& map, const AtomSet& after, const AtomSet& before) {
  std::vector<AtomInterval> list;
  for (Atom a = 0; a < map.size(); ++a)
    if (after.contains(map[a])) list.push_back({a, a});
  return AtomSet::of(std::move(list)) & before;
}

AtomSet image(const std::vector<Atom>& map, const AtomSet& before) {
  std::vector<AtomInterval> list;
  for (Atom a = 0; a < map.size(); ++a)
    if (before.contains(a)) list.push_back({map[a], map[a]});
  return AtomSet::of(std::move(list));
}

std::string_view piece_fate_name(PieceFate outcome) {
  constexpr std::string_view names[] = {"passed", "dropped", "rejected", "queued", "diverted", "unknown", "reached"};
  return names[static_cast<std::size_t>(outcome)];
}

Explorer::Explorer(const Symbolic& rules, const Host* host) : rules_(rules) {
  for (Way way : all_ways) plans_.push_back(plan_way(rules, way, host));
  for (std::size_t t = 0; t < table_count; ++t)
    if (const auto& table = rules.tables[t]) leads_[t].resize(table->chains.size());
}

bool Explorer::explore(Way way, const Piece& piece, const std::function<bool(const Leaf&)>& see, const ExploreOptions& options) const {
  Run run{.e = *this, .plan = plan(way), .options = options, .see = see};
  return run.run(piece);
}

// --- back to where it began ----------------------------------------------------------------------

namespace {

// Takes away what has its own destination as source and comes from the wire; false when nothing is left.
bool keep_apart(Piece& piece, const Space& space) {
  const Var src = space.of(Field::src), dst = space.of(Field::dst), in = space.of(Field::in_if);
  const std::vector<Range> from = space.ranges(src, piece[src]), to = space.ranges(dst, piece[dst]);
  const bool one = from.size() == 1 && from == to && from.front().low == from.front().high;
  if (one) piece[in] = piece[in] & AtomSet::one(space.atom_of(in, name_word("lo")));
  return !piece[in].empty();
}

// Undoes what happened, newest first; laws leave out what no packet is, which can split a piece.
void undo(Piece piece, const Trail* t, const Space& space, const WayPlan& plan, std::size_t most, std::vector<Piece>& out) {
  const Var state = space.of(Field::ct_state);
  for (; t; t = t->before.get()) {
    if (t->kind == Trail::Kind::change && t->var != state) {
      piece[t->var] = t->map ? preimage(*t->map, piece[t->var], t->was) : t->was;
      if (piece[t->var].empty()) return;
      continue;
    }
    if (t->kind == Trail::Kind::laws && plan.stages[t->stage].apart && !keep_apart(piece, space)) return;
    if (t->kind == Trail::Kind::laws && !plan.stages[t->stage].laws.empty()) {
      for (Piece& part : subtract(piece, plan.stages[t->stage].laws)) {
        if (out.size() >= most) return;
        undo(std::move(part), t->before.get(), space, plan, most, out);
      }
      return;
    }
  }
  for (Piece& part : subtract(piece, plan.laws))
    if (out.size() < most) out.push_back(std::move(part));
}

}  // namespace

std::vector<Piece> Explorer::origins(Way way, const Leaf& leaf, std::size_t most) const {
  std::vector<Piece> out;
  const WayPlan& p = plan(way);
  undo(*leaf.piece, leaf.trail.get(), space(), p, most, out);
  // What conntrack and routing would have said of packets that did not come so far is open.
  const Var state_var = space().of(Field::ct_state), out_var = space().of(Field::out_if);
  for (Piece& piece : out) {
    if (piece[state_var] == AtomSet::one(space()[state_var].absent())) piece[state_var] = p.start[state_var];
    if (piece[out_var] == AtomSet::one(space().atom_of(out_var, 0))) piece[out_var] = p.start[out_var];
  }
  return out;
}

std::optional<Piece> Explorer::origin(const Leaf& leaf, const Piece& begun) const {
  const Var state = space().of(Field::ct_state), out = space().of(Field::out_if);
  Piece piece = *leaf.piece;
  bool told = !piece[state].contains(space()[state].absent());
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) {
    if (t->kind != Trail::Kind::change) continue;
    if (t->var == state) {
      told = false;   // NOTRACK: what conntrack would have said is open
      continue;
    }
    piece[t->var] = t->map ? preimage(*t->map, piece[t->var], t->was) : t->was;
    if (piece[t->var].empty()) return std::nullopt;
  }
  if (!told) piece[state] = begun[state];
  if (piece[out] == AtomSet::one(space().atom_of(out, 0))) piece[out] = begun[out];
  return piece;
}

}  // namespace fwsim
