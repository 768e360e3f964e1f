#include "lint/box.hh"

#include <algorithm>

namespace fwsim {

bool Box::limit(Var v, const AtomSet& set) {
  const auto at = std::lower_bound(limits.begin(), limits.end(), v, [](const auto& l, Var x) { return l.first < x; });
  if (at != limits.end() && at->first == v) {
    at->second = at->second & set;
    return !at->second.empty();
  }
  if (set.empty()) return false;
  limits.insert(at, {v, set});
  return true;
}

bool Box::limit(const Box& other) {
  for (const auto& [v, set] : other.limits)
    if (!limit(v, set)) return false;
  return true;
}

const AtomSet* Box::find(Var v) const {
  for (const auto& l : limits)
    if (l.first == v) return &l.second;
  return nullptr;
}

Piece whole(const Space& space) {
  Piece piece;
  piece.reserve(space.vars().size());
  for (const Variable& v : space.vars()) piece.push_back(AtomSet::all(v.count()));
  return piece;
}

bool overlaps(const Piece& piece, const Box& box) {
  for (const auto& [v, set] : box.limits)
    if (!piece[v].overlaps(set)) return false;
  return true;
}

bool overlaps(const Piece& a, const Piece& b) {
  for (std::size_t v = 0; v < a.size(); ++v)
    if (!a[v].overlaps(b[v])) return false;
  return true;
}

bool inside(const Piece& piece, const Box& box) {
  for (const auto& [v, set] : box.limits)
    if (!set.covers(piece[v])) return false;
  return true;
}

bool narrow(Piece& piece, const Box& box) {
  for (const auto& [v, set] : box.limits) {
    piece[v] = piece[v] & set;
    if (piece[v].empty()) return false;
  }
  return true;
}

bool narrow(Piece& piece, const Piece& other) {
  for (std::size_t v = 0; v < piece.size(); ++v) {
    piece[v] = piece[v] & other[v];
    if (piece[v].empty()) return false;
  }
  return true;
}

Box box_of(const Space& space, const Piece& piece) {
  Box box;
  for (std::size_t v = 0; v < piece.size(); ++v)
    if (piece[v].size() != space[static_cast<Var>(v)].count()) box.limits.emplace_back(static_cast<Var>(v), piece[v]);
  return box;
}

bool disjoint(const Box& a, const Box& b) {
  auto i = a.limits.begin();
  for (const auto& [v, set] : b.limits) {
    while (i != a.limits.end() && i->first < v) ++i;
    if (i != a.limits.end() && i->first == v && !i->second.overlaps(set)) return true;
  }
  return false;
}

bool split(Piece& piece, const Box& box, std::vector<Piece>& outside) {
  if (!overlaps(piece, box)) return false;
  for (const auto& [v, set] : box.limits) {
    AtomSet rest = piece[v] - set;
    if (rest.empty()) continue;
    AtomSet in = piece[v] & set;
    piece[v] = std::move(rest);
    outside.push_back(piece);
    piece[v] = std::move(in);
  }
  return true;
}

std::vector<Piece> subtract(const Piece& piece, const std::vector<Box>& boxes) {
  std::vector<Piece> left{piece};
  for (const Box& box : boxes) {
    if (!overlaps(piece, box)) continue;
    std::vector<Piece> next;
    for (Piece& p : left)
      if (!split(p, box, next)) next.push_back(std::move(p));
    left = std::move(next);
  }
  return left;
}

}  // namespace fwsim
