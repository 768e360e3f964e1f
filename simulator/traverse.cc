#include "simulator/traverse.hh"

#include <fmt/format.h>

#include <utility>

#include "simulator/log_line.hh"
#include "simulator/pure_test.hh"
#include "simulator/queues.hh"
#include "simulator/rewrite.hh"
#include "simulator/trail.hh"

namespace fwsim {
namespace {

// What a rule that could not be decided would have done.
struct Maybe {
  Undecided what;
  std::optional<Traversal::End> end;  // when it would have ended the chain, and how
};

class Walk {
 public:
  Walk(Program& program, Hook hook, Packet& packet, World& world, std::vector<Step>* path)
      : program_(program), where_{hook, program.table->id, program.family}, packet_(packet), world_(world), path_(path), trail_(world.trail) {}

  Traversal run() {
    const int base = program_.base[static_cast<std::size_t>(where_.hook)];
    if (base < 0) return {};
    std::uint32_t at = program_.start[static_cast<std::size_t>(base)];
    while (!done_) at = step(at);
    for (Maybe& maybe : maybes_)
      if (!maybe.end || *maybe.end != result_.end) result_.undecided.push_back(std::move(maybe.what));
    return std::move(result_);
  }

 private:
  std::uint32_t step(std::uint32_t at) {
    const Op& op = program_.ops[at];
    if (is_pure(op.kind)) {
      if (trail_) note_test(*trail_, op, packet_.fields);
      return holds(program_, op, packet_.fields) ? op.on_true : op.on_false;
    }
    switch (op.kind) {
      case Op::Kind::leap: return leap(op);
      case Op::Kind::oracle: return ask(op);
      case Op::Kind::unknown: return cannot_tell(op, program_.reasons[op.a]);
      case Op::Kind::act: return act(op.a);
      case Op::Kind::hotdrop: return hotdrop();
      case Op::Kind::end: return end_of_chain(static_cast<std::uint32_t>(op.a));
      default: break;   // pure ones
    }
    return at;
  }

  std::uint32_t leap(const Op& op) {
    const RuleIndex* const index = index_of(program_, op.b);
    if (!index) return op.on_true;
    if (trail_) note_tests(*trail_, program_, *index, packet_.fields);
    return index->find(program_, packet_.fields, static_cast<std::uint32_t>(op.a)).value_or(op.on_true);
  }

  std::uint32_t ask(const Op& op) {
    unfix();
    Oracle& oracle = *program_.oracles[op.a];
    switch (oracle.test(packet_, where_, world_)) {
      case Answer::yes: return op.on_true;
      case Answer::no: return op.on_false;
      case Answer::hotdrop: return hotdrop();
      case Answer::unknown: return cannot_tell(op, oracle.why());
    }
    return op.on_false;
  }

  // Something that can be another way the next time has a say.
  void unfix() {
    if (trail_) trail_->fixed = false;
  }

  void count(Counters& counters) {
    ++counters.packets;
    counters.bytes += packet_.fields.number(Field::length);
    if (trail_) trail_->counters.push_back(&counters);
  }

  std::uint32_t cannot_tell(const Op& op, const std::string& why) {
    unfix();
    why_ = why.empty() ? "it cannot be decided" : why;
    why_at_ = static_cast<std::uint32_t>(&op - program_.ops.data());
    return op.success ? op.on_true : op.on_false;
  }

  std::uint32_t finish(Traversal::End end, std::optional<RuleRef> by) {
    done_ = true;
    result_.end = end;
    result_.by = by;
    return 0;
  }

  std::uint32_t hotdrop() {
    unfix();
    result_.reason = "a header is malformed or cut short (hotdrop)";
    return finish(Traversal::End::drop, std::nullopt);
  }

  RuleRef ref(const RuleCode& code) const { return {program_.family, program_.table, code.chain, code.index}; }

  void note(const RuleRef& rule) {
    if (path_) path_->push_back({.hook = where_.hook, .rule = rule});
  }

  std::uint32_t act(std::uint64_t number) {
    RuleCode& code = program_.rules[number];
    if (!why_.empty() && asked_by(number)) return put_off(code);
    why_.clear();   // of a rule that another of its tests ruled out
    count(code.counters);
    note(ref(code));
    if (packet_.traced) trace(code);
    for (std::size_t i = 0; i < code.actions.size(); ++i) {
      const std::uint32_t at = perform(code, code.actions[i], code.targets[i].get());
      if (done_ || at != code.next) return at;
    }
    return code.next;
  }

  // Whether the test that could not be decided is one of this rule's, which lie between its start and its act.
  bool asked_by(std::uint64_t number) const {
    const RuleCode& code = program_.rules[number];
    const bool first = number == 0 || program_.rules[number - 1].chain != code.chain;
    const std::uint32_t start = first ? program_.start[code.chain] : program_.rules[number - 1].next;
    return start <= why_at_ && why_at_ < code.next;
  }

  // A rule that may or may not match is passed over, and remembered if that could matter.
  std::uint32_t put_off(const RuleCode& code) {
    Maybe maybe{.what = {ref(code), std::exchange(why_, {})}};
    bool matters = false;
    for (const Action& action : code.actions) {
      if (const auto* verdict = std::get_if<Verdict>(&action)) {
        matters = true;
        if (*verdict == Verdict::accept) maybe.end = Traversal::End::accept;
        if (*verdict == Verdict::drop) maybe.end = Traversal::End::drop;
      } else if (const auto* effect = std::get_if<Effect>(&action)) {
        matters = matters || effect->terminates || effect->may_terminate || effect->drops_malformed || !effect->writes.empty();
      } else {
        matters = true;
      }
    }
    if (matters) maybes_.push_back(std::move(maybe));
    return code.next;
  }

  // What the kernel calls a rule in its trace: a bare verdict counts as the end of the chain.
  void trace(const RuleCode& code) {
    const Chain& chain = program_.table->chains[code.chain];
    const Rule& rule = chain.rules[code.index];
    const bool bare = rule.basic == BasicMatch{} && rule.matches.empty() && std::holds_alternative<Verdict>(rule.target);
    trace(chain, !bare ? "rule" : chain.hook ? "policy" : "return", code.index);
  }
  void trace(const Chain& chain, std::string_view what, std::size_t index) {
    const std::string place = fmt::format("TRACE: {}:{}:{}:{} ", table_name(where_.table), chain.name, what, index + 1);
    world_.record({.kind = Record::Kind::trace, .text = log_line(packet_, place, trace_parts), .hook = where_.hook});
  }

  std::uint32_t perform(RuleCode& code, const Action& action, Target* target) {
    if (const auto* verdict = std::get_if<Verdict>(&action)) return decide(code, *verdict);
    if (const auto* jump = std::get_if<Jump>(&action)) {
      if (!jump->go) stack_.push_back(code.next);
      return program_.start[static_cast<std::size_t>(jump->chain)];
    }
    if (const auto* assignment = std::get_if<Assign>(&action)) {
      // Marks of the packet itself change nothing that lasts.
      if (assignment->to != Field::mark && assignment->to != Field::priority) unfix();
      if (trail_ && assignment->from != Field::none) trail_->asked.set(index_of(assignment->from));
      assign(packet_, *assignment);
      return code.next;
    }
    if (const auto* nat = std::get_if<Nat>(&action)) {
      unfix();
      result_.nat = nat;
      return finish(Traversal::End::nat, ref(code));
    }
    unfix();
    if (const auto* effect = std::get_if<Effect>(&action)) return affect(code, *effect, target);
    return unsupported(code, std::get<Opaque>(action).name);
  }

  std::uint32_t decide(const RuleCode& code, Verdict verdict) {
    switch (verdict) {
      case Verdict::accept: return finish(Traversal::End::accept, ref(code));
      case Verdict::drop: return finish(Traversal::End::drop, ref(code));
      case Verdict::queue: unfix(); return end(code, queue_packet(packet_, 0, false, world_), {}, {});
      case Verdict::back: break;
    }
    return stack_.empty() ? policy() : pop();
  }

  std::uint32_t affect(const RuleCode& code, const Effect& effect, Target* target) {
    if (!target) return unsupported(code, effect.use->name);
    return end(code, target->apply(packet_, where_, world_), effect.use->name, target);
  }

  std::uint32_t end(const RuleCode& code, Outcome outcome, std::string_view name, const Target* target) {
    switch (outcome) {
      case Outcome::next_rule: return code.next;
      case Outcome::accept: return finish(Traversal::End::accept, ref(code));
      case Outcome::drop: return finish(Traversal::End::drop, ref(code));
      case Outcome::stolen: return finish(Traversal::End::stolen, ref(code));
      case Outcome::repeat: return repeat(code);
      case Outcome::unknown: return unsupported(code, name, target ? target->why() : std::string());
    }
    return code.next;
  }

  // Without a mark or the like the same rule would meet the packet for ever.
  std::uint32_t repeat(const RuleCode& code) {
    constexpr unsigned most = 16;
    if (++repeats_ > most) {
      unsupported(code, {}, "the program on the queue sends the packet through this table again and again");
      return finish(Traversal::End::drop, ref(code));
    }
    stack_.clear();
    return program_.start[static_cast<std::size_t>(program_.base[static_cast<std::size_t>(where_.hook)])];
  }

  std::uint32_t unsupported(const RuleCode& code, std::string_view name, std::string why = {}) {
    if (why.empty()) why = "target '" + std::string(name) + "' is not simulated here";
    maybes_.push_back({.what = {ref(code), std::move(why)}});
    return code.next;
  }

  std::uint32_t pop() {
    const std::uint32_t at = stack_.back();
    stack_.pop_back();
    return at;
  }

  // The end of a chain: back to the last jump, or the policy of the built-in chain.
  std::uint32_t end_of_chain(std::uint32_t chain) {
    const Chain& c = program_.table->chains[chain];
    if (!c.hook) {
      count(program_.policies[chain]);
      note({program_.family, program_.table, chain, static_cast<std::uint32_t>(c.rules.size())});
      if (packet_.traced) trace(c, "return", c.rules.size());
    }
    return stack_.empty() ? policy() : pop();
  }

  std::uint32_t policy() {
    const auto base = static_cast<std::uint32_t>(program_.base[static_cast<std::size_t>(where_.hook)]);
    const Chain& chain = program_.table->chains[base];
    count(program_.policies[base]);
    const RuleRef by{program_.family, program_.table, base, static_cast<std::uint32_t>(chain.rules.size())};
    note(by);
    if (packet_.traced) trace(chain, "policy", chain.rules.size());
    return finish(chain.policy == Verdict::drop ? Traversal::End::drop : Traversal::End::accept, by);
  }

  Program& program_;
  Where where_;
  Packet& packet_;
  World& world_;
  std::vector<Step>* path_;
  FlowTrail* trail_;
  Traversal result_;
  std::vector<std::uint32_t> stack_;
  std::vector<Maybe> maybes_;
  std::string why_;   // of the present rule, or one before it that did not match: why a test could not be decided
  std::uint32_t why_at_ = 0;   // that test
  unsigned repeats_ = 0;
  bool done_ = false;
};

}  // namespace

Traversal traverse(Program& program, Hook hook, Packet& packet, World& world, std::vector<Step>* path) {
  return Walk(program, hook, packet, world, path).run();
}

}  // namespace fwsim
