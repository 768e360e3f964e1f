#include "lint/solvers/z3_terms.hh"

#include <fmt/format.h>

namespace fwsim::smt {

z3::context& context() {
  thread_local z3::context c;
  return c;
}

z3::expr both(const z3::expr& a, const z3::expr& b) {
  if (a.is_true() || b.is_false()) return b;
  if (b.is_true() || a.is_false() || z3::eq(a, b)) return a;
  return a && b;
}

z3::expr either(const z3::expr& a, const z3::expr& b) {
  if (a.is_false() || b.is_true()) return b;
  if (b.is_false() || a.is_true() || z3::eq(a, b)) return a;
  return a || b;
}

z3::expr opposite(const z3::expr& a) {
  if (a.is_true()) return context().bool_val(false);
  if (a.is_false()) return context().bool_val(true);
  return !a;
}

z3::expr choose(const z3::expr& condition, const z3::expr& yes, const z3::expr& no) {
  if (condition.is_true() || z3::eq(yes, no)) return yes;
  if (condition.is_false()) return no;
  return z3::ite(condition, yes, no);
}

z3::expr number(u128 value, unsigned width) {
  const auto low = static_cast<std::uint64_t>(value);
  if (width <= 64) return context().bv_val(low, width);
  return z3::concat(context().bv_val(static_cast<std::uint64_t>(value >> 64), width - 64), context().bv_val(low, 64)).simplify();
}

unsigned width_of(Field field, Family family) {
  const u128 limit = limit_of(field, family);
  for (unsigned width : {8U, 16U, 32U, 64U})
    if ((limit >> width) == 0) return width;
  return 128;
}

namespace {

u128 greatest(unsigned width) { return width == 128 ? all_ones : (u128{1} << width) - 1; }

}  // namespace

const Term& Terms::first(Field field) {
  const auto known = first_.find(field);
  if (known != first_.end()) return known->second;
  const std::string name = prefix_ + std::string(field_name(field));
  Term term{context().bv_const(name.c_str(), width_of(field, family_)), context().bool_val(true)};
  if (has_absent(field, family_)) term.present = context().bool_const((name + ".present").c_str());
  return first_.emplace(field, term).first->second;
}

const Term& Terms::of(const Case& at, Field field) {
  const auto changed = at.fields.find(field);
  return changed == at.fields.end() ? first(field) : changed->second;
}

z3::expr Terms::present(const Case& at, Field field) {
  const Pred there = presence(field, family_);
  if (there.kind == Pred::Kind::always) return of(at, field).present;
  return truth(at, there).must;   // over fields only: told certainly
}

z3::expr Terms::test(const Case& at, const std::string& text) {
  const auto changed = at.tests.find(text);
  if (changed != at.tests.end()) return changed->second;
  const auto known = tests_.find(text);
  if (known != tests_.end()) return known->second;
  return tests_.emplace(text, context().bool_const((prefix_ + "test." + text).c_str())).first->second;
}

z3::expr Terms::is_in(const z3::expr& value, const std::vector<Range>& ranges, unsigned width) {
  z3::expr out = context().bool_val(false);
  for (const Range& r : ranges) {
    if (r.low > r.high || r.low > greatest(width)) continue;
    if (r.low == r.high) {
      out = either(out, value == number(r.low, width));
      continue;
    }
    z3::expr in = context().bool_val(true);
    if (r.low > 0) in = both(in, z3::uge(value, number(r.low, width)));
    if (r.high < greatest(width)) in = both(in, z3::ule(value, number(r.high, width)));
    out = either(out, in);
  }
  return out;
}

Truth Terms::truth(const Case& at, const Pred& pred) {
  const z3::expr yes = context().bool_val(true), no = context().bool_val(false);
  const auto certain = [](const z3::expr& e) { return Truth{e, e}; };
  switch (pred.kind) {
    case Pred::Kind::always: return certain(yes);
    case Pred::Kind::never: return certain(no);
    case Pred::Kind::unknown: return {no, yes};
    case Pred::Kind::oracle:
      if (!is_pure(*pred.use)) return {no, yes};
      return certain(test(at, test_text(*pred.use, family_)));
    case Pred::Kind::present: return certain(present(at, pred.field));
    case Pred::Kind::in: {
      const unsigned width = width_of(pred.field, family_);
      return certain(both(present(at, pred.field), is_in(of(at, pred.field).value, pred.ranges, width)));
    }
    case Pred::Kind::masked: {
      const unsigned width = width_of(pred.field, family_);
      if (pred.value > greatest(width)) return certain(no);
      const z3::expr masked = of(at, pred.field).value & number(pred.mask & greatest(width), width);
      return certain(both(present(at, pred.field), masked == number(pred.value, width)));
    }
    case Pred::Kind::negation: {
      const Truth part = truth(at, pred.parts.front());
      return {opposite(part.may), opposite(part.must)};
    }
    case Pred::Kind::all:
    case Pred::Kind::any: {
      const bool conjunction = pred.kind == Pred::Kind::all;
      Truth out = certain(conjunction ? yes : no);
      for (const Pred& part : pred.parts) {
        const Truth t = truth(at, part);
        out = conjunction ? Truth{both(out.must, t.must), both(out.may, t.may)} : Truth{either(out.must, t.must), either(out.may, t.may)};
      }
      return out;
    }
  }
  return {no, yes};
}

Case Terms::merge(const Case& a, const Case& b) {
  if (a.alive.is_false()) return b;
  if (b.alive.is_false()) return a;
  Case out{either(a.alive, b.alive), choose(a.alive, a.vague, b.vague), a.fields, a.tests};
  for (const auto& [field, term] : b.fields) out.fields.emplace(field, term);
  for (auto& [field, term] : out.fields) {
    const Term &x = of(a, field), &y = of(b, field);
    term = {choose(a.alive, x.value, y.value), choose(a.alive, x.present, y.present)};
  }
  for (const auto& [text, term] : b.tests) out.tests.emplace(text, term);
  for (auto& [text, term] : out.tests) term = choose(a.alive, test(a, text), test(b, text));
  return out;
}

z3::expr Terms::fresh_boolean() { return context().bool_const(fmt::format("{}fresh.{}", prefix_, ++fresh_).c_str()); }

z3::expr Terms::fresh_value(Field field) {
  return context().bv_const(fmt::format("{}{}.{}", prefix_, field_name(field), ++fresh_).c_str(), width_of(field, family_));
}

void Terms::rewritten(Case& at) {
  for (const auto& [text, term] : tests_) at.tests.insert_or_assign(text, fresh_boolean());
}

z3::expr Terms::limits() const {
  z3::expr out = context().bool_val(true);
  for (const auto& [field, term] : first_) {
    const unsigned width = width_of(field, family_);
    const u128 limit = limit_of(field, family_);
    if (limit < greatest(width)) out = both(out, z3::ule(term.value, number(limit, width)));
  }
  return out;
}

}  // namespace fwsim::smt
