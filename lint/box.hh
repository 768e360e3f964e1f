// Sets of packets as products: a box names the variables it limits, a piece has a set for each
// variable of the space. A rule's condition is a union of boxes; what is left of a question while it
// goes through a chain is a piece.
#pragma once

#include <utility>
#include <vector>

#include "lint/atoms.hh"
#include "lint/space.hh"

namespace fwsim {

struct Box {
  std::vector<std::pair<Var, AtomSet>> limits;   // by variable; none is empty

  // False, and the box is of no more use, when nothing is left.
  bool limit(Var v, const AtomSet& set);
  bool limit(const Box& other);
  const AtomSet* find(Var v) const;
  bool operator==(const Box&) const = default;
};

using Piece = std::vector<AtomSet>;

Piece whole(const Space& space);
bool overlaps(const Piece& piece, const Box& box);
bool overlaps(const Piece& a, const Piece& b);
bool inside(const Piece& piece, const Box& box);      // every packet of the piece is in the box
bool narrow(Piece& piece, const Box& box);            // false when nothing is left
bool narrow(Piece& piece, const Piece& other);
Box box_of(const Space& space, const Piece& piece);
bool disjoint(const Box& a, const Box& b);
// Takes `box` out of `piece`: what lies outside is appended to `outside`, and `piece` becomes the
// part inside. False when nothing lies inside: then `piece` is unchanged.
bool split(Piece& piece, const Box& box, std::vector<Piece>& outside);
// Pieces of `piece` that are in none of the boxes.
std::vector<Piece> subtract(const Piece& piece, const std::vector<Box>& boxes);

// A predicate as a union of boxes. When it cannot be said exactly (`exact` is false) the boxes
// hold more: every packet that matches is inside, but not every one inside matches.
struct Boxes {
  std::vector<Box> boxes;
  bool exact = true;
};
Boxes lower(const Space& space, const Pred& pred, bool positive = true);
// Both conditions at once.
Boxes meet(const Boxes& a, const Boxes& b);

}  // namespace fwsim
