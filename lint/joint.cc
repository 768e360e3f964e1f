#include "lint/joint.hh"

namespace fwsim {

Joint::Joint(const Explorer& before, const Explorer& after, bool marked) : explorers_{&before, &after} {
  const Space& space = before.space();
  state_ = space.of(Field::ct_state);
  untracked_ = space.atom_of(state_, 4);
  const Atom absent = space[state_].absent();
  for (Way way : all_ways) {
    const auto begin = [&](const Explorer& e) -> const Piece& { return marked ? e.plan(way).marked() : e.plan(way).start; };
    Piece piece = begin(before);
    const Piece& other = begin(after);
    const Var mark = space.of(Field::mark);
    for (Var v = 0; v < piece.size(); ++v)
      // A version that asks for no mark takes all.
      if (marked && mark != no_var && v >= mark && v < mark + space.bit_groups(Field::mark))
        piece[v] = piece[v] | other[v];
      else if (v != state_)
        piece[v] = piece[v] & other[v];
    AtomSet states = (piece[state_] | other[state_]) - AtomSet::one(absent);
    if (space.family() == Family::v4) states = states - AtomSet::one(untracked_);
    piece[state_] = states.empty() ? AtomSet::one(absent) : states;
    starts_.push_back(std::move(piece));
  }
}

Piece Joint::into(std::size_t version, const Piece& piece) const {
  Piece out = piece;
  if (explorers_[version]->rules().conntrack)
    out[state_] = out[state_] | AtomSet::one(untracked_);
  else
    out[state_] = AtomSet::one(explorers_[version]->space()[state_].absent());
  return out;
}

std::optional<Piece> Joint::from(std::size_t version, Piece piece, const Piece& begun) const {
  if (!explorers_[version]->rules().conntrack) piece[state_] = begun[state_];
  if (!narrow(piece, begun)) return std::nullopt;
  return piece;
}

}  // namespace fwsim
