#include "lint/chain_index.hh"

#include <algorithm>
#include <array>
#include <map>

namespace fwsim {
namespace {

constexpr std::size_t block = 64;
constexpr std::array selective{Field::dst, Field::src, Field::dport, Field::sport, Field::in_if, Field::out_if};
constexpr unsigned narrow_share = 16;   // narrow: at most one in so many atoms
constexpr std::size_t most_shared = 64;

// Whether no rule can change whether packets are in the box.
bool stays(const Space& space, const Box& box) {
  constexpr std::array lasting{Field::proto, Field::frag_off, Field::l4_len, Field::in_if, Field::out_if};
  return std::all_of(box.limits.begin(), box.limits.end(), [&](const auto& limit) { return std::find(lasting.begin(), lasting.end(), space[limit.first].field) != lasting.end(); });
}

}  // namespace

std::size_t ChainIndex::Sorted::count(Atom from, Atom to) const {
  const auto begun = std::upper_bound(low.begin(), low.end(), to) - low.begin();
  const auto ended = std::lower_bound(highs_sorted.begin(), highs_sorted.end(), from) - highs_sorted.begin();
  return static_cast<std::size_t>(begun - ended);
}

void ChainIndex::build(const Space& space, const std::vector<Entry>& entries) {
  size_ = entries.size();
  items_.clear();
  groups_.clear();
  shared_.clear();
  if (!worthwhile()) return;
  for (const Entry& entry : entries) {
    for (const Box& box : *entry.hotdrop) {
      const auto same = std::find_if(shared_.begin(), shared_.end(), [&](const Shared& s) { return *s.box == box; });
      if (same != shared_.end())
        same->rules.push_back(entry.rule);
      else if (shared_.size() < most_shared && stays(space, box))
        shared_.push_back({&box, {entry.rule}});
      else
        items_.push_back({entry.rule, &box});
    }
    for (const Box& box : entry.match->boxes) items_.push_back({entry.rule, &box});
  }
  std::map<unsigned, std::size_t> by_signature;
  for (std::uint32_t i = 0; i < items_.size(); ++i) {
    unsigned signature = 0;
    for (std::size_t s = 0; s < selective.size(); ++s) {
      const Var v = space.of(selective[s]);
      if (v == no_var) continue;
      const AtomSet* set = items_[i].box->find(v);
      if (set && (std::uint64_t{set->last()} - set->first() + 1) * narrow_share <= space[v].count()) signature |= 1U << s;
    }
    const auto [at, fresh] = by_signature.emplace(signature, groups_.size());
    if (fresh) groups_.emplace_back();
    groups_[at->second].items.push_back(i);
  }
  for (const auto& [signature, at] : by_signature) {
    Group& group = groups_[at];
    for (std::size_t s = 0; s < selective.size(); ++s) {
      if (!((signature >> s) & 1)) continue;
      Sorted sorted{.var = space.of(selective[s]), .item = group.items};
      const auto set_of = [&](std::uint32_t i) -> const AtomSet& { return *items_[i].box->find(sorted.var); };
      std::sort(sorted.item.begin(), sorted.item.end(), [&](auto a, auto b) { return set_of(a).first() < set_of(b).first(); });
      for (std::uint32_t i : sorted.item) {
        sorted.low.push_back(set_of(i).first());
        sorted.high.push_back(set_of(i).last());
      }
      for (std::size_t i = 0; i < sorted.high.size(); ++i) {
        if (i % block == 0) sorted.block_high.push_back(0);
        sorted.block_high.back() = std::max(sorted.block_high.back(), sorted.high[i]);
      }
      sorted.highs_sorted = sorted.high;
      std::sort(sorted.highs_sorted.begin(), sorted.highs_sorted.end());
      group.by.push_back(std::move(sorted));
    }
  }
}

std::vector<std::uint32_t> ChainIndex::overlapping(const Piece& piece, std::uint32_t from, std::uint32_t end) const {
  std::vector<std::uint32_t> rules;
  const auto take = [&](std::uint32_t i) {
    const Item& item = items_[i];
    if (item.rule >= from && item.rule < end && overlaps(piece, *item.box)) rules.push_back(item.rule);
  };
  for (const Group& group : groups_) {
    const Sorted* best = nullptr;
    std::size_t least = group.items.size();
    for (const Sorted& sorted : group.by) {
      const std::size_t n = sorted.count(piece[sorted.var].first(), piece[sorted.var].last());
      if (n < least) {
        least = n;
        best = &sorted;
      }
    }
    if (!best) {
      for (std::uint32_t i : group.items) take(i);
      continue;
    }
    const Atom low = piece[best->var].first(), high = piece[best->var].last();
    const std::size_t stop = static_cast<std::size_t>(std::upper_bound(best->low.begin(), best->low.end(), high) - best->low.begin());
    for (std::size_t b = 0; b * block < stop; ++b) {
      if (best->block_high[b] < low) continue;
      for (std::size_t i = b * block; i < std::min(stop, (b + 1) * block); ++i)
        if (best->high[i] >= low) take(best->item[i]);
    }
  }
  for (const Shared& s : shared_) {
    const auto first = std::lower_bound(s.rules.begin(), s.rules.end(), from);
    if (first != s.rules.end() && *first < end && overlaps(piece, *s.box)) rules.push_back(*first);
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

}  // namespace fwsim
