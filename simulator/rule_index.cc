#include "simulator/rule_index.hh"

#include <algorithm>

#include "simulator/pure_test.hh"

namespace fwsim {
namespace {

// The last of `count` bounds that is not above x; the first is 0.
template <class T>
std::uint32_t interval_of(const T* bounds, std::uint32_t count, T x) {
  const T* base = bounds;
  while (count > 1) {
    const std::uint32_t half = count / 2;
    base = base[half] <= x ? base + half : base;
    count -= half;
  }
  return static_cast<std::uint32_t>(base - bounds);
}

}  // namespace

struct RuleIndex::Search {
  const RuleIndex& index;
  const Program& program;
  const FieldValues& fields;
  std::uint32_t from;
  std::uint32_t best = std::numeric_limits<std::uint32_t>::max();   // rule
  std::uint32_t at = 0;                                             // its op

  void visit(Place place) {
    while (place != nothing) {
      if ((place & leaf_bit) != 0) return leaf(index.leaves_.data() + (place & ~leaf_bit));
      const Node& node = index.nodes_[place];
      if (node.least >= best) return;
      if (fields.has(node.field)) {
        const std::uint32_t interval =
            node.wide ? interval_of(index.wide_.data() + node.bounds, node.count, fields.get(node.field))
                      : interval_of(index.narrow_.data() + node.bounds, node.count, static_cast<std::uint32_t>(fields.get(node.field)));
        visit(index.places_[node.places + interval]);
      }
      place = node.rest;
    }
  }

  void leaf(const std::uint32_t* rules) {
    const std::uint32_t *at_rule = rules + 1, *const end = at_rule + *rules;
    constexpr std::uint32_t few = 16;
    if (*rules > few) at_rule = std::lower_bound(at_rule, end, from);
    for (; at_rule != end && *at_rule < best; ++at_rule)
      if (*at_rule >= from && wakes(*at_rule)) return;
  }

  // The rule's tests, as far as they are pure.
  bool wakes(std::uint32_t rule) {
    const std::uint32_t next = program.rules[rule].next;
    std::uint32_t op = program.first_op(rule);
    for (;;) {
      const Op& test = program.ops[op];
      if (!is_pure(test.kind)) break;
      op = holds(program, test, fields) ? test.on_true : test.on_false;
      if (op == next) return false;
    }
    best = rule;
    at = op;
    return true;
  }
};

std::optional<std::uint32_t> RuleIndex::find(const Program& program, const FieldValues& fields, std::uint32_t from) const {
  if (!usable_) return std::nullopt;
  for (const Danger& d : dangers_)
    if ((!d.proto || (fields.has(Field::proto) && fields.number(Field::proto) == *d.proto)) && holds(program, program.ops[d.op], fields) == d.outcome)
      return std::nullopt;
  Search search{*this, program, fields, from};
  search.visit(root_);
  return search.best == std::numeric_limits<std::uint32_t>::max() ? chain_end_ : search.at;
}

std::size_t RuleIndex::bytes() const {
  return sizeof *this + nodes_.size() * sizeof(Node) + narrow_.size() * sizeof(std::uint32_t) + wide_.size() * sizeof(u128) +
         places_.size() * sizeof(Place) + leaves_.size() * sizeof(std::uint32_t) + dangers_.size() * sizeof(Danger);
}

}  // namespace fwsim
