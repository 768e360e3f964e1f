// Predicates as unions of boxes: "all" multiplies, "any" joins, "not" goes down to the tests.
#include <algorithm>
#include <bit>

#include "lint/box.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_boxes = 128;   // of one predicate; beyond it is no longer exact

Boxes everything() { return {{Box{}}, true}; }
Boxes nothing() { return {}; }
Boxes vague() { return {{Box{}}, false}; }

Boxes join(Boxes a, Boxes b) {
  a.exact = a.exact && b.exact;
  for (Box& box : b.boxes)
    if (std::find(a.boxes.begin(), a.boxes.end(), box) == a.boxes.end()) a.boxes.push_back(std::move(box));
  // One that says nothing holds all the others.
  for (const Box& box : a.boxes)
    if (box.limits.empty()) return {{Box{}}, a.exact};
  if (a.boxes.size() > most_boxes) return vague();
  return a;
}

Boxes one(Var v, AtomSet set) {
  Box box;
  if (!box.limit(v, set)) return nothing();
  return {{std::move(box)}, true};
}

class Lowering {
 public:
  explicit Lowering(const Space& space) : space_(space) {}

  Boxes pred(const Pred& p, bool yes) const {
    switch (p.kind) {
      case Pred::Kind::always: return yes ? everything() : nothing();
      case Pred::Kind::never: return yes ? nothing() : everything();
      case Pred::Kind::unknown: return vague();
      case Pred::Kind::oracle: return test(*p.use, yes);
      case Pred::Kind::negation: return pred(p.parts.front(), !yes);
      case Pred::Kind::all: return yes ? product(p.parts, yes) : sum(p.parts, yes);
      case Pred::Kind::any: return yes ? sum(p.parts, yes) : product(p.parts, yes);
      case Pred::Kind::present:
      case Pred::Kind::in:
      case Pred::Kind::masked: return field(p, yes);
    }
    return vague();
  }

 private:
  Boxes product(const std::vector<Pred>& parts, bool yes) const {
    Boxes out = everything();
    for (const Pred& part : parts) {
      out = meet(out, pred(part, yes));
      if (out.boxes.empty()) return out;
    }
    return out;
  }

  Boxes sum(const std::vector<Pred>& parts, bool yes) const {
    Boxes out = nothing();
    for (const Pred& part : parts) out = join(std::move(out), pred(part, yes));
    return out;
  }

  Boxes test(const MatchUse& use, bool yes) const {
    const Var v = space_.of_test(use);
    if (v == no_var) return vague();
    return one(v, AtomSet::one(yes ? 1 : 0));
  }

  // A test is false when its field is absent.
  Boxes field(const Pred& p, bool yes) const {
    const Pred there = presence(p.field, space_.family());
    if (there.kind == Pred::Kind::always) return value(p, yes);
    if (yes) return meet(pred(there, true), value(p, true));
    return join(pred(there, false), value(p, false));
  }

  Boxes value(const Pred& p, bool yes) const {
    const Var v = space_.of(p.field);
    if (v == no_var) return vague();   // a field that nobody named to the builder
    if (p.kind == Pred::Kind::present) return one(v, yes ? space_.present(v) : space_.everything(v) - space_.present(v));
    const Variable& var = space_[v];
    if (var.kind == Variable::Kind::bits) return p.kind == Pred::Kind::masked ? bits(p, p.value, p.mask, yes) : bit_ranges(p, yes);
    AtomSet set;
    if (p.kind == Pred::Kind::in) {
      set = space_.in(v, p.ranges);
    } else if (var.kind == Variable::Kind::table) {
      set = space_.masked(v, p.value, p.mask);
    } else if ((p.value & ~p.mask) != 0) {
      set = {};
    } else if (is_prefix(p.field, space_.family(), p.mask)) {
      set = space_.in(v, {{p.value, p.value | (limit_of(p.field, space_.family()) & ~p.mask)}});
    } else {
      return vague();   // an address mask with holes
    }
    return one(v, yes ? set : space_.everything(v) - set);
  }

  // (f & mask) == value over the groups of bits, each of which lies in the mask or outside.
  Boxes bits(const Pred& p, u128 value, u128 mask, bool yes) const {
    mask &= limit_of(p.field, space_.family());
    if ((value & ~mask) != 0) return yes ? nothing() : everything();
    const Var first = space_.of(p.field);
    Boxes out = yes ? everything() : nothing();
    for (Var v = first; v < first + space_.bit_groups(p.field); ++v) {
      const u128 group = space_[v].mask;
      if ((group & mask) == 0) continue;
      const AtomSet set = space_.masked(v, value & group, mask & group);
      if (yes)
        out = meet(out, one(v, set));
      else
        out = join(std::move(out), one(v, space_.everything(v) - set));
    }
    return out;
  }

  Boxes bit_ranges(const Pred& p, bool yes) const {
    Boxes out = yes ? nothing() : everything();
    for (const Range& range : p.ranges) {
      if (range.low == 0 && range.high >= limit_of(p.field, space_.family())) return yes ? everything() : nothing();
      if (range.low != range.high) return vague();
      const Boxes exact = bits(p, range.low, limit_of(p.field, space_.family()), yes);
      out = yes ? join(std::move(out), exact) : meet(out, exact);
    }
    return out;
  }

  const Space& space_;
};

}  // namespace

namespace {

bool within(const Box& inner, const Box& outer) {
  return std::all_of(outer.limits.begin(), outer.limits.end(), [&](const auto& limit) {
    const AtomSet* set = inner.find(limit.first);
    return set && limit.second.covers(*set);
  });
}

// Leaves out boxes that lie in others: "no TCP, or short" for each of many flags stays one "no TCP, or short".
void absorb(std::vector<Box>& boxes) {
  std::vector<Box> kept;
  for (Box& box : boxes) {
    if (std::any_of(kept.begin(), kept.end(), [&](const Box& k) { return within(box, k); })) continue;
    std::erase_if(kept, [&](const Box& k) { return within(k, box); });
    kept.push_back(std::move(box));
  }
  boxes = std::move(kept);
}

}  // namespace

Boxes meet(const Boxes& a, const Boxes& b) {
  Boxes out{.boxes = {}, .exact = a.exact && b.exact};
  if (a.boxes.size() * b.boxes.size() > most_boxes) {
    out.boxes = a.boxes.size() < b.boxes.size() ? a.boxes : b.boxes;
    out.exact = false;
    return out;
  }
  for (const Box& x : a.boxes)
    for (const Box& y : b.boxes) {
      Box both = x;
      if (both.limit(y) && std::find(out.boxes.begin(), out.boxes.end(), both) == out.boxes.end()) out.boxes.push_back(std::move(both));
    }
  if (out.boxes.size() > 2) absorb(out.boxes);
  return out;
}

Boxes lower(const Space& space, const Pred& pred, bool positive) { return Lowering(space).pred(pred, positive); }

}  // namespace fwsim
