// How the tree of a RuleIndex is made.
#include <algorithm>
#include <array>
#include <bitset>
#include <span>

#include "simulator/program.hh"
#include "simulator/pure_test.hh"

namespace fwsim {
namespace {

constexpr std::size_t leaf_size = 6;       // so few rules are tested one by one
constexpr std::size_t worth = 8;           // rules that a node must spare on average
constexpr std::size_t most_intervals = 8;  // of one rule in one node; it stands in each
constexpr std::size_t most_dangers = 16;

std::uint64_t hash_of(const Range& r) {
  const u128 mixed = r.low * 0x9e3779b97f4a7c15U + (r.high ^ (r.high >> 64)) * 0xc2b2ae3d27d4eb4fU;
  return static_cast<std::uint64_t>(mixed ^ (mixed >> 64)) * 0xff51afd7ed558ccdU;
}

// How often each of a field's conditions occurs, in a table of fixed size: two that share a place count as one.
class Spread {
 public:
  explicit Spread(std::size_t expected) {
    while (counts_.size() < 2 * expected) counts_.resize(counts_.empty() ? 16 : 2 * counts_.size());
  }
  void add(std::uint64_t hash) {
    std::uint32_t& count = counts_[(hash >> 20) & (counts_.size() - 1)];
    squares_ += 2 * std::uint64_t{count} + 1;
    ++count;
    ++total_;
  }
  // Rules left by a node of this field, for packets that come as often as the rules say.
  std::uint64_t left(std::size_t all) const { return total_ == 0 ? all : squares_ / total_ + (all - total_); }

 private:
  std::vector<std::uint32_t> counts_;
  std::uint64_t squares_ = 0, total_ = 0;
};

}  // namespace

class IndexBuilder {
 public:
  using Rules = std::vector<std::uint32_t>;   // numbers from the first of the chain on, in order

  IndexBuilder(RuleIndex& index, const Program& program, std::uint32_t first, std::uint32_t last)
      : index_(index), family_(program.family), first_(first), said_(read_conditions(program, first, last)) {
    index_.dangers_ = said_.dangers;
    index_.usable_ = said_.dangers.size() <= most_dangers;
    if (!index_.usable_) return;
    Rules all(last - first);
    for (std::uint32_t r = 0; r < all.size(); ++r) all[r] = r;
    budget_ = 8 * all.size() + 1024;
    index_.root_ = place(all, {});
  }

 private:
  using Place = RuleIndex::Place;
  using Fields = std::bitset<field_count>;
  struct Entry {
    std::uint32_t interval, rule;
  };

  // `used`: fields that tell these rules apart no more.
  Place place(const Rules& rules, const Fields& used) {
    if (rules.empty()) return RuleIndex::nothing;
    if (rules.size() <= leaf_size) return leaf(rules);
    Fields tried = used;
    while (const auto field = best_field(rules, tried)) {
      if (const auto made = node(rules, *field, used)) return *made;
      tried.set(index_of(*field));
    }
    return leaf(rules);
  }

  Place leaf(const Rules& rules) {
    const auto at = static_cast<Place>(index_.leaves_.size());
    index_.leaves_.push_back(static_cast<std::uint32_t>(rules.size()));
    for (const std::uint32_t rule : rules) index_.leaves_.push_back(first_ + rule);
    return at | RuleIndex::leaf_bit;
  }

  const Condition* condition(std::uint32_t rule, Field field) const {
    for (const Condition& c : said_.of(rule))
      if (c.field == field) return &c;
    return nullptr;
  }

  std::span<const Range> ranges(const Condition& c) const { return std::span(said_.ranges).subspan(c.first, c.last - c.first); }

  std::optional<Field> best_field(const Rules& rules, const Fields& tried) const {
    std::array<std::size_t, field_count> uses{};
    for (const std::uint32_t rule : rules)
      for (const Condition& c : said_.of(rule)) ++uses[index_of(c.field)];
    std::optional<Field> best;
    std::uint64_t least = rules.size() - worth + 1;
    for (unsigned f = 0; f < field_count; ++f) {
      if (uses[f] < worth || tried.test(f)) continue;
      const Field field{static_cast<std::uint8_t>(f)};
      Spread spread(uses[f]);
      for (const std::uint32_t rule : rules)
        if (const Condition* c = condition(rule, field)) spread.add(hash(*c));
      if (const std::uint64_t left = spread.left(rules.size()); left < least) {
        least = left;
        best = field;
      }
    }
    return best;
  }

  std::uint64_t hash(const Condition& c) const {
    std::uint64_t value = 0;
    for (const Range& r : ranges(c)) value = value * 31 + hash_of(r);
    return value;
  }

  // Where each interval of the field's values begins: no range ends within one.
  std::vector<u128> bounds(const Rules& rules, Field field, u128 largest) const {
    std::vector<u128> list{0};
    for (const std::uint32_t rule : rules)
      if (const Condition* c = condition(rule, field))
        for (const Range& r : ranges(*c)) {
          if (r.low <= largest) list.push_back(r.low);
          if (r.high < largest) list.push_back(r.high + 1);
        }
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
  }

  static std::uint32_t interval(const std::vector<u128>& bounds, u128 x) {
    return static_cast<std::uint32_t>(std::upper_bound(bounds.begin(), bounds.end(), x) - bounds.begin() - 1);
  }

  // The intervals of a rule, each once; false: too many.
  bool intervals(const std::vector<u128>& bounds, const Condition& c, std::vector<std::uint32_t>& out) const {
    out.clear();
    for (const Range& r : ranges(c)) {
      if (r.low > r.high) continue;
      const std::uint32_t low = interval(bounds, r.low), high = interval(bounds, r.high);
      if (high - low >= most_intervals) return false;
      for (std::uint32_t i = low; i <= high; ++i) out.push_back(i);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out.size() <= most_intervals;
  }

  // Nothing when too few rules find their place in it.
  std::optional<Place> node(const Rules& rules, Field field, Fields used) {
    const bool wide = is_wide(field) && !(family_ == Family::v4 && (field == Field::src || field == Field::dst));
    const u128 largest = wide ? all_ones : u128{0xffffffff};
    const std::vector<u128> begins = bounds(rules, field, largest);
    std::vector<Entry> entries;
    std::vector<std::uint32_t> own;
    Rules rest;
    for (const std::uint32_t rule : rules) {
      const Condition* c = condition(rule, field);
      if (!c || !intervals(begins, *c, own) || entries.size() + own.size() > budget_) {
        rest.push_back(rule);
        continue;
      }
      for (const std::uint32_t i : own) entries.push_back({i, rule});
    }
    if (rules.size() - rest.size() < worth) return std::nullopt;
    budget_ -= entries.size();
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.interval < b.interval; });

    const auto number = static_cast<Place>(index_.nodes_.size());
    const auto count = static_cast<std::uint32_t>(begins.size()), places = static_cast<std::uint32_t>(index_.places_.size());
    index_.nodes_.push_back({.field = field, .wide = wide, .count = count, .places = places, .least = first_ + rules.front()});
    index_.places_.resize(places + count, RuleIndex::nothing);
    if (wide) {
      index_.nodes_[number].bounds = static_cast<std::uint32_t>(index_.wide_.size());
      index_.wide_.insert(index_.wide_.end(), begins.begin(), begins.end());
    } else {
      index_.nodes_[number].bounds = static_cast<std::uint32_t>(index_.narrow_.size());
      for (const u128 begin : begins) index_.narrow_.push_back(static_cast<std::uint32_t>(begin));
    }
    const Place beside = place(rest, used);
    index_.nodes_[number].rest = beside;
    used.set(index_of(field));   // each rule of an interval takes all of its values
    Rules group;
    for (std::size_t i = 0; i < entries.size();) {
      const std::uint32_t at = entries[i].interval;
      group.clear();
      for (; i < entries.size() && entries[i].interval == at; ++i) group.push_back(entries[i].rule);
      const Place below = place(group, used);
      index_.places_[places + at] = below;
    }
    return number;
  }

  RuleIndex& index_;
  Family family_;
  std::uint32_t first_;
  RuleConditions said_;
  std::size_t budget_ = 0;   // entries of all nodes
};

void RuleIndex::note_fields(const Program& program, std::uint32_t at) {
  const Op& op = program.ops[at];
  if (!is_pure(op.kind)) return;
  if (op.field != Field::length && op.field != Field::l4_len) {
    fields_.set(index_of(op.field));
    return;
  }
  const bool known = std::any_of(length_tests_.begin(), length_tests_.end(), [&](std::uint32_t other) {
    const Op& o = program.ops[other];
    return o.kind == op.kind && o.field == op.field && o.a == op.a && o.b == op.b;
  });
  if (!known) length_tests_.push_back(at);
}

RuleIndex::RuleIndex(const Program& program, std::uint32_t first, std::uint32_t last)
    : chain_end_(program.rules[last - 1].next) {
  for (std::uint32_t op = program.first_op(first); op < chain_end_; ++op) note_fields(program, op);
  IndexBuilder(*this, program, first, last);
}

}  // namespace fwsim
