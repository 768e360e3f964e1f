// The tests that ask nothing but the packet's fields: their answer needs no memory and leaves no trace,
// so those that would fail need not be asked.
#pragma once

#include <algorithm>

#include "simulator/packet.hh"
#include "simulator/program.hh"

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

}  // namespace fwsim
