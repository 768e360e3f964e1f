#include "simulator/coverage.hh"

namespace fwsim {
namespace {

// A chain that the packet is in, and the next rule that it will be asked of.
struct Frame {
  std::uint32_t chain = 0, next = 0;
};

// One packet in one table at one hook: only matches are on its path, so what was looked at between them is counted.
class Traversal {
 public:
  Traversal(TableUse& uses, std::uint64_t& looked) : uses_(uses), looked_(looked) {}

  void step(const RuleRef& at) {
    if (!at.is_rule()) return end(at);
    if (stack_.empty()) stack_.push_back({at.chain, 0});
    Frame& frame = stack_.back();
    if (frame.chain != at.chain || at.index < frame.next) return;
    looked_ += at.index - frame.next + 1;
    frame.next = at.index + 1;
    const auto& target = at.in_chain().rules[at.index].target;
    if (const auto* jump = std::get_if<Jump>(&target)) {
      if (jump->go) leave();
      stack_.push_back({static_cast<std::uint32_t>(jump->chain), 0});
    } else if (const auto* verdict = std::get_if<Verdict>(&target); verdict && *verdict == Verdict::back) {
      leave();
      over_ = over_ || stack_.empty();
    }
  }

  // Nothing follows: the chains that it is still in are left by the last rule that matched.
  void finish() {
    if (policy_) return;
    while (!stack_.empty()) leave();
  }

 private:
  void end(const RuleRef& at) {
    policy_ = policy_ || at.in_chain().hook.has_value();
    if (stack_.empty() && !over_ && policy_ && !began_) looked_ += at.index;
    began_ = true;
    if (stack_.empty() || stack_.back().chain != at.chain) return;
    looked_ += at.index - stack_.back().next;
    stack_.pop_back();
    over_ = over_ || stack_.empty();
  }

  void leave() {
    const Frame frame = stack_.back();
    stack_.pop_back();
    began_ = true;
    if (frame.next > 0) ++uses_[frame.chain][frame.next - 1].left;
  }

  TableUse& uses_;
  std::uint64_t& looked_;
  std::vector<Frame> stack_;
  bool policy_ = false;   // the built-in chain came to its end
  bool over_ = false;     // a RETURN or a goto led there: no rule was looked at any more
  bool began_ = false;
};

}  // namespace

TableUse& Coverage::table(const RuleRef& rule) {
  TableUse& uses = uses_[static_cast<std::size_t>(rule.family)][static_cast<std::size_t>(rule.table->id)];
  if (uses.empty())
    for (const Chain& chain : rule.table->chains) uses.emplace_back(chain.rules.size() + 1);
  return uses;
}

std::uint64_t Coverage::walk(const Result& result, std::int64_t time) {
  std::uint64_t looked = 0;
  const std::vector<Step>& path = result.path;
  for (std::size_t i = 0; i < path.size();) {
    if (!path[i].rule) {
      ++i;
      continue;
    }
    const Step& first = path[i];
    TableUse& uses = table(*first.rule);
    Traversal traversal(uses, looked);
    for (; i < path.size() && path[i].rule && path[i].hook == first.hook && path[i].rule->table == first.rule->table; ++i) {
      const RuleRef& at = *path[i].rule;
      RuleUse& use = uses[at.chain][at.index];
      if (use.seen++ == 0) use.first = time;
      use.last = time;
      traversal.step(at);
    }
    traversal.finish();
  }
  evaluations_ += looked;
  for (const Result& caused : result.generated) walk(caused, time);
  return looked;
}

void Coverage::add(const Result& result, std::int64_t time) { ++depths_[walk(result, time)]; }

}  // namespace fwsim
