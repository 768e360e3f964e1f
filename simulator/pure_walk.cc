#include "simulator/pure_walk.hh"

#include "simulator/pure_test.hh"

namespace fwsim {
namespace {

class PureWalk {
 public:
  PureWalk(Program& program, std::uint32_t base, const FieldValues& fields, FlowTrail& trail)
      : program_(program), base_(base), fields_(fields), trail_(trail) {}

  std::optional<PureEnd> run() {
    std::uint32_t at = program_.start[base_];
    while (!end_ && at != stop) at = step(program_.ops[at]);
    return end_;
  }

 private:
  static constexpr std::uint32_t stop = 0xffffffff;   // not an op: the walk is not pure
  static constexpr std::size_t deepest = 16;          // jumps; more are for traverse()

  std::uint32_t step(const Op& op) {
    if (is_pure(op.kind)) {
      note_test(trail_, op, fields_);
      return holds(program_, op, fields_) ? op.on_true : op.on_false;
    }
    switch (op.kind) {
      case Op::Kind::leap: return leap(op);
      case Op::Kind::act: return act(program_.rules[op.a]);
      case Op::Kind::end: return end_of_chain(static_cast<std::uint32_t>(op.a));
      default: return stop;
    }
  }

  std::uint32_t leap(const Op& op) {
    const RuleIndex* const index = index_of(program_, op.b);
    if (!index) return op.on_true;
    note_tests(trail_, program_, *index, fields_);
    return index->find(program_, fields_, static_cast<std::uint32_t>(op.a)).value_or(op.on_true);
  }

  std::uint32_t act(RuleCode& code) {
    if (code.actions.size() > 1) return stop;
    trail_.counters.push_back(&code.counters);
    if (code.actions.empty()) return code.next;
    const Action& action = code.actions.front();
    if (const auto* jump = std::get_if<Jump>(&action)) {
      if (!jump->go) {
        if (depth_ == deepest) return stop;
        stack_[depth_++] = code.next;
      }
      return program_.start[static_cast<std::size_t>(jump->chain)];
    }
    const auto* verdict = std::get_if<Verdict>(&action);
    if (!verdict || *verdict == Verdict::queue) return stop;
    if (*verdict == Verdict::back) return back();
    return finish(*verdict == Verdict::accept, code.chain, code.index);
  }

  std::uint32_t end_of_chain(std::uint32_t chain) {
    if (!program_.table->chains[chain].hook) trail_.counters.push_back(&program_.policies[chain]);
    return back();
  }

  // To the last jump, or the policy of the built-in chain.
  std::uint32_t back() {
    if (depth_ > 0) return stack_[--depth_];
    const Chain& chain = program_.table->chains[base_];
    trail_.counters.push_back(&program_.policies[base_]);
    return finish(chain.policy != Verdict::drop, base_, static_cast<std::uint32_t>(chain.rules.size()));
  }

  std::uint32_t finish(bool accepted, std::uint32_t chain, std::uint32_t index) {
    end_ = {accepted, RuleRef{program_.family, program_.table, chain, index}};
    return stop;
  }

  Program& program_;
  std::uint32_t base_;
  const FieldValues& fields_;
  FlowTrail& trail_;
  std::array<std::uint32_t, deepest> stack_;
  std::size_t depth_ = 0;
  std::optional<PureEnd> end_;
};

}  // namespace

std::optional<PureEnd> walk_pure(Program& program, Hook hook, const FieldValues& fields, FlowTrail& trail) {
  const int base = program.base[static_cast<std::size_t>(hook)];
  if (base < 0) return PureEnd{};
  return PureWalk(program, static_cast<std::uint32_t>(base), fields, trail).run();
}

}  // namespace fwsim
