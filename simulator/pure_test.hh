// The tests that ask nothing but the packet's fields: their answer needs no memory and leaves no trace,
// so those that would fail need not be asked.
#pragma once

#include <algorithm>

#include "simulator/packet.hh"
#include "simulator/program.hh"
#include "simulator/trail.hh"

namespace fwsim {

inline bool is_pure(Op::Kind kind) { return kind <= Op::Kind::masked_wide; }

inline bool in_list(const Program& program, const Op& op, const FieldValues& f) {
  const u128 x = f.number(op.field);
  return std::any_of(program.ranges.begin() + static_cast<std::ptrdiff_t>(op.a),
                     program.ranges.begin() + static_cast<std::ptrdiff_t>(op.b), [&](const Range& r) { return r.contains(x); });
}

// Of a pure test.
inline bool holds(const Program& program, const Op& op, const FieldValues& f) {
  if (op.kind == Op::Kind::jump) return true;
  if (!f.has(op.field)) return false;
  switch (op.kind) {
    case Op::Kind::in: {
      const std::uint64_t x = f.number(op.field);
      return op.a <= x && x <= op.b;
    }
    case Op::Kind::masked: return (f.number(op.field) & op.b) == op.a;
    case Op::Kind::list: return in_list(program, op, f);
    case Op::Kind::in_wide: {
      const u128 x = f.get(op.field);
      return program.wide[op.a] <= x && x <= program.wide[op.a + 1];
    }
    case Op::Kind::masked_wide: return (f.get(op.field) & program.wide[op.a + 1]) == program.wide[op.a];
    default: return true;   // present
  }
}

// That a pure test was asked about a packet of these fields.
inline void note_test(FlowTrail& trail, const Op& op, const FieldValues& f) {
  if (op.field != Field::length && op.field != Field::l4_len) {
    trail.asked.set(index_of(op.field));
    return;
  }
  if (op.kind == Op::Kind::in)
    trail.measure(f.number(Field::length), f.number(Field::length) - f.number(op.field), op.a, op.b);
  else if (op.kind != Op::Kind::present)
    trail.fixed = false;
}

// Or any of the tests of an index.
inline void note_tests(FlowTrail& trail, const Program& program, const RuleIndex& index, const FieldValues& f) {
  trail.asked |= index.fields();
  for (const std::uint32_t test : index.length_tests()) note_test(trail, program.ops[test], f);
}

}  // namespace fwsim
