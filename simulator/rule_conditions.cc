#include "simulator/rule_conditions.hh"

#include <algorithm>

#include "simulator/pure_test.hh"

namespace fwsim {
namespace {

// Values that the test takes; nothing for tests that say too little to look rules up by.
bool read_ranges(const Program& program, const Op& op, std::vector<Range>& out) {
  switch (op.kind) {
    case Op::Kind::in: out.push_back({op.a, op.b}); return true;
    case Op::Kind::in_wide: out.push_back({program.wide[op.a], program.wide[op.a + 1]}); return true;
    case Op::Kind::list:
      out.insert(out.end(), program.ranges.begin() + static_cast<std::ptrdiff_t>(op.a), program.ranges.begin() + static_cast<std::ptrdiff_t>(op.b));
      return true;
    case Op::Kind::masked:
    case Op::Kind::masked_wide: {
      const bool wide = op.kind == Op::Kind::masked_wide;
      const u128 value = wide ? program.wide[op.a] : op.a, mask = wide ? program.wide[op.a + 1] : op.b;
      // IPv4 addresses and narrow fields have no bits above the lowest 32.
      const bool short_word = !wide || (program.family == Family::v4 && mask <= 0xffffffff && (op.field == Field::src || op.field == Field::dst));
      const u128 free = ~mask & (short_word ? u128{0xffffffff} : all_ones);
      if ((free & (free + 1)) != 0 || mask == 0) return false;   // a mask with holes
      out.push_back({value, value | free});
      return true;
    }
    default: return false;
  }
}

class Reader {
 public:
  Reader(const Program& program, std::uint32_t first, std::uint32_t last) : program_(program) {
    for (std::uint32_t r = first; r < last; ++r) {
      out_.begin.push_back(static_cast<std::uint32_t>(out_.conditions.size()));
      rule(program.first_op(r), program.rules[r].next);
    }
    out_.begin.push_back(static_cast<std::uint32_t>(out_.conditions.size()));
  }

  RuleConditions take() { return std::move(out_); }

 private:
  // Code goes forward only. A test that no way leads around, and from which one way leads out of the rule, is a
  // condition; behind the first question to an oracle nothing is.
  void rule(std::uint32_t at, std::uint32_t next) {
    std::uint32_t joined = at;   // where all ways from the tests before meet again
    std::optional<std::uint64_t> proto;
    for (; at < next; ++at) {
      const Op& op = program_.ops[at];
      if (!is_pure(op.kind)) return;
      for (const std::uint32_t way : {op.on_true, op.on_false})
        if (program_.ops[way].kind == Op::Kind::hotdrop) danger({at, way == op.on_true, proto});
      if (joined <= at && op.on_false == next && op.on_true == at + 1) condition(op, proto);
      for (const std::uint32_t way : {op.on_true, op.on_false})
        if (way < next) joined = std::max(joined, way);
    }
  }

  void condition(const Op& op, std::optional<std::uint64_t>& proto) {
    const auto first = static_cast<std::uint32_t>(out_.ranges.size());
    if (!read_ranges(program_, op, out_.ranges)) return;
    out_.conditions.push_back({op.field, first, static_cast<std::uint32_t>(out_.ranges.size())});
    if (op.field == Field::proto && op.kind == Op::Kind::in && op.a == op.b) proto = op.a;
  }

  void danger(const Danger& d) {
    const Op& op = program_.ops[d.op];
    const bool known = std::any_of(out_.dangers.begin(), out_.dangers.end(), [&](const Danger& other) {
      const Op& o = program_.ops[other.op];
      return o.kind == op.kind && o.field == op.field && o.a == op.a && o.b == op.b && other.outcome == d.outcome && other.proto == d.proto;
    });
    if (!known) out_.dangers.push_back(d);
  }

  const Program& program_;
  RuleConditions out_;
};

}  // namespace

RuleConditions read_conditions(const Program& program, std::uint32_t first, std::uint32_t last) {
  return Reader(program, first, last).take();
}

}  // namespace fwsim
