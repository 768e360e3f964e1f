#include "lint/join.hh"

#include <algorithm>
#include <unordered_map>

namespace fwsim {
namespace {

std::size_t hash_of(const AtomSet& set) {
  const std::size_t x = set.empty() ? 0 : set.first() * 0x9e3779b97f4a7c15U + set.last() * 0xc2b2ae3d27d4eb4fU;
  return x ^ (x >> 29);
}

bool equal_but(const Piece& a, const Piece& b, std::size_t v) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (i != v && !(a[i] == b[i])) return false;
  return true;
}

// One round of one variable.
void join_along(std::vector<Piece>& pieces, std::vector<std::size_t>& hashes, std::size_t v) {
  std::unordered_map<std::size_t, std::vector<std::size_t>> known;
  std::unordered_map<std::size_t, std::vector<AtomInterval>> together;   // by piece that is kept: what it takes in
  std::size_t kept = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    // The hash of a piece is the sum over its variables, so that one can be left out.
    const std::size_t rest = hashes[i] - hash_of(pieces[i][v]) * (2 * v + 1);
    auto& list = known[rest];
    const auto at = std::find_if(list.begin(), list.end(), [&](std::size_t k) { return equal_but(pieces[k], pieces[i], v); });
    if (at != list.end()) {
      const std::vector<AtomInterval> more = pieces[i][v].intervals();
      auto& all = together[*at];
      all.insert(all.end(), more.begin(), more.end());
      continue;
    }
    list.push_back(kept);
    if (kept != i) {
      pieces[kept] = std::move(pieces[i]);
      hashes[kept] = hashes[i];
    }
    ++kept;
  }
  for (auto& [k, intervals] : together) {
    const std::vector<AtomInterval> own = pieces[k][v].intervals();
    intervals.insert(intervals.end(), own.begin(), own.end());
    const std::size_t rest = hashes[k] - hash_of(pieces[k][v]) * (2 * v + 1);
    pieces[k][v] = AtomSet::of(std::move(intervals));
    hashes[k] = rest + hash_of(pieces[k][v]) * (2 * v + 1);
  }
  pieces.resize(kept);
  hashes.resize(kept);
}

}  // namespace

std::vector<Piece> join(std::vector<Piece> pieces) {
  std::vector<std::size_t> hashes;
  for (const Piece& piece : pieces) {
    std::size_t sum = 0;
    for (std::size_t v = 0; v < piece.size(); ++v) sum += hash_of(piece[v]) * (2 * v + 1);
    hashes.push_back(sum);
  }
  for (std::size_t before = pieces.size() + 1; pieces.size() < before && pieces.size() > 1;) {
    before = pieces.size();
    for (std::size_t v = pieces.front().size(); v-- > 0;) join_along(pieces, hashes, v);
  }
  return pieces;
}

}  // namespace fwsim
