#include "lint/without.hh"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>

namespace fwsim {
namespace {

constexpr int most_steps = 20'000;
constexpr std::uint64_t looks_of_a_step = 16;   // that take as long
constexpr unsigned most_examples = 8, most_later = 32;

// What ends a packet in a table; `rule` tells rejects and translations apart.
struct End {
  Ending ending = Ending::next;    // back: it leaves the chain
  const Rule* rule = nullptr;
};

bool same(const End& a, const End& b) {
  if (a.ending != b.ending) return false;
  if (a.ending != Ending::accept && a.ending != Ending::reject && a.ending != Ending::queue) return true;
  const auto target = [](const End& e) -> const TargetUse* { return e.rule ? std::get_if<TargetUse>(&e.rule->target) : nullptr; };
  const TargetUse *x = target(a), *y = target(b);
  return x && y ? *x == *y : x == y;
}

class Comparison {
 public:
  Comparison(const Facts& facts, const RuleId& removed, const std::set<RuleId>& gone) : facts_(facts), removed_(removed), gone_(gone) {}

  Without make() {
    const SymbolicRule& rule = *facts_.rules().rule(removed_);
    if (!rule.match.exact) return {};
    Without result;
    bool good = true;
    for (const Box& box : rule.hotdrop) good = good && without(piece_of(box), {.ending = Ending::drop});
    for (Piece& piece : facts_.wanted(removed_)) good = good && as_rule(rule, std::move(piece));
    result.cost = static_cast<std::uint64_t>(steps_) + looked_at_ / looks_of_a_step;
    if (gave_up_) result.answer = Without::Answer::gave_up;
    if (gave_up_ || !good) return result;
    result.answer = Without::Answer::same;
    result.instead.assign(instead_.begin(), instead_.end());
    return result;
  }

 private:
  struct Frame {
    std::uint16_t chain = 0;
    std::uint32_t next = 0;
    std::shared_ptr<const std::vector<std::uint32_t>> list = nullptr;   // rules that concern the piece
    std::size_t at = 0;                                                 // in the list
  };
  struct State {
    Piece piece;
    std::vector<Frame> frames;   // what called the first one is not known: any of its callers
  };
  using See = std::function<bool(Piece, const End&, const RuleId&)>;   // false: stop

  const SymbolicTable& table() const { return facts_.table(removed_.table); }
  RuleId id(const Frame& f, std::uint32_t index) const { return {removed_.table, f.chain, index}; }

  Piece piece_of(const Box& box) const {
    Piece piece = whole(facts_.space());
    for (const auto& [v, set] : box.limits)
      if (!facts_.written(removed_.table)[v]) piece[v] = set;
    return piece;
  }

  // The packets of `piece` as the rule treats them, against the same without it.
  bool as_rule(const SymbolicRule& rule, Piece piece) {
    switch (rule.ending) {
      case Ending::accept:
      case Ending::drop:
      case Ending::reject: return without(std::move(piece), {rule.ending, &facts_.rules().source(removed_)});
      case Ending::back: return without(std::move(piece), {.ending = Ending::back});
      case Ending::jump:
      case Ending::go: return as_chain(rule, std::move(piece));
      default: return false;
    }
  }

  // What the called chain does with them, each part against the same without the call.
  bool as_chain(const SymbolicRule& rule, Piece piece) {
    State inside{.piece = std::move(piece), .frames = {{rule.chain, 0}}};
    return follow(std::move(inside), false, [&](Piece part, const End& end, const RuleId&) {
      if (end.ending != Ending::back) return without(std::move(part), end);
      return rule.ending == Ending::jump || without(std::move(part), end);
    });
  }

  bool without(Piece piece, End expected) {
    const std::optional<Piece> example = example_of(piece);
    if (!example && !comes_at_all(piece)) return !gave_up_;
    if (table().chains[removed_.chain].hook && expected.ending == Ending::back) expected = {table().chains[removed_.chain].policy, nullptr};
    const bool leaves = expected.ending == Ending::back;
    const auto all_same = [&](Piece from) {
      return follow({.piece = std::move(from), .frames = {{removed_.chain, removed_.index + 1}}}, !leaves, [&](Piece part, const End& end, const RuleId& by) {
        if (same(end, expected)) {
          instead_.insert(by);
          return true;
        }
        return !comes(part);
      });
    };
    // Where a rule matters, one packet mostly shows it: any, or one that a later rule treats otherwise.
    if (example && !all_same(*example)) return false;
    const Later later = rules_behind(piece, expected);
    const auto one_of = [&](const RuleId& rule) {
      for (const Box& box : facts_.rules().rule(rule)->match.boxes) {
        Piece both = piece;
        const std::optional<Piece> one = narrow(both, box) ? example_of(both) : std::nullopt;
        if (one && !all_same(*one)) return false;
      }
      return true;
    };
    if (!std::all_of(later.others.begin(), later.others.end(), one_of)) return false;
    // Where all of them and the policy end it alike, whichever of them comes first: examples tell some that do.
    if (later.all_alike && example) return std::all_of(later.alike.begin(), later.alike.end(), one_of);
    return all_same(std::move(piece));
  }

  // Of the rules behind the removed one in its chain that may see the piece: those that end it otherwise, and those that do not.
  struct Later {
    std::vector<RuleId> others, alike;   // not more than most_later of each
    bool all_alike = false;              // there is nothing else, up to the policy and with it
  };
  Later rules_behind(const Piece& piece, const End& expected) {
    const SymbolicChain& chain = table().chains[removed_.chain];
    Later later{.all_alike = chain.hook && same({chain.policy, nullptr}, expected)};
    for (std::uint32_t i : concerned(removed_.chain, piece, removed_.index + 1, static_cast<std::uint32_t>(chain.rules.size()))) {
      const RuleId at{removed_.table, removed_.chain, i};
      const SymbolicRule& rule = chain.rules[i];
      if (is_comment(at) || !touched(piece, rule)) continue;
      const auto over = [&](const Box& box) { return overlaps(piece, box); };
      const bool drops = std::any_of(rule.hotdrop.begin(), rule.hotdrop.end(), over);
      if (drops && expected.ending != Ending::drop) later.all_alike = false;
      if (std::none_of(rule.match.boxes.begin(), rule.match.boxes.end(), over)) continue;
      const bool ends = rule.ending == Ending::accept || rule.ending == Ending::drop || rule.ending == Ending::reject;
      const bool alike = ends && same({rule.ending, &facts_.rules().source(at)}, expected);
      if (!alike || !rule.match.exact) later.all_alike = false;
      std::vector<RuleId>& list = alike ? later.alike : later.others;
      if ((alike || ends) && list.size() < most_later) list.push_back(at);
      if (!later.all_alike && later.others.size() == most_later) break;
    }
    return later;
  }

  // A packet of the piece that gets as far as the removed rule, if one is found soon.
  std::optional<Piece> example_of(const Piece& piece) {
    const std::vector<Piece> possible = subtract(piece, facts_.laws(removed_.table, removed_.chain));
    for (unsigned attempt = 0; attempt < most_examples && !possible.empty(); ++attempt) {
      Piece one;
      std::uint64_t draw = attempt;
      for (const AtomSet& set : possible[attempt % possible.size()]) {
        draw = draw * 6364136223846793005U + 1442695040888963407U;
        one.push_back(AtomSet::one(set.nth((draw >> 32) % set.size())));
      }
      if (comes_at_all(one)) return gave_up_ ? std::nullopt : std::optional(one);
    }
    return std::nullopt;
  }

  bool comes(const Piece& piece) { return example_of(piece) || comes_at_all(piece); }

  // Whether any packet of the piece gets as far as the removed rule.
  bool comes_at_all(const Piece& piece) {
    std::vector<Piece> left = subtract(piece, facts_.laws(removed_.table, removed_.chain));
    for (std::uint32_t i : concerned(removed_.chain, piece, 0, removed_.index)) {
      const RuleId earlier{removed_.table, removed_.chain, i};
      if (left.empty() || gone_.contains(earlier)) continue;
      std::vector<Piece> next;
      const std::vector<Box>& boxes = facts_.takes(earlier);
      steps_ += static_cast<int>(left.size());
      if (steps_ > most_steps) return gave_up_ = true;
      for (const Piece& p : left)
        for (Piece& part : subtract(p, boxes)) next.push_back(std::move(part));
      left = std::move(next);
    }
    return !left.empty();
  }

  // All ways on from here. At the end of the first frame's chain: on with its callers, or that is an end of its own.
  bool follow(State first, bool with_callers, const See& see) {
    std::vector<State> todo{std::move(first)};
    while (!todo.empty()) {
      State s = std::move(todo.back());
      todo.pop_back();
      while (!s.frames.empty()) {
        if (++steps_ > most_steps) return !(gave_up_ = true);
        Frame& f = s.frames.back();
        const SymbolicChain& chain = table().chains[f.chain];
        if (find_next(f, chain, s.piece)) {
          if (!step(s, chain.rules[f.next], id(f, f.next), todo, see)) return false;
          continue;
        }
        const Frame done = f;
        s.frames.pop_back();
        if (s.frames.empty() && !bottom(std::move(s.piece), done, with_callers, todo, see)) return false;
      }
    }
    return true;
  }

  std::vector<std::uint32_t> concerned(std::uint16_t chain, const Piece& piece, std::uint32_t from, std::uint32_t end) {
    std::vector<std::uint32_t> list = facts_.concerned(removed_.table, chain, piece, from, end);
    looked_at_ += list.size();
    return list;
  }

  // The next rule that concerns the piece; false at the end.
  bool find_next(Frame& f, const SymbolicChain& chain, const Piece& piece) {
    const auto count = static_cast<std::uint32_t>(chain.rules.size());
    if (f.next >= count) return false;
    if (!f.list) f.list = std::make_shared<const std::vector<std::uint32_t>>(concerned(f.chain, piece, f.next, count));
    while (f.at < f.list->size() && (*f.list)[f.at] < f.next) ++f.at;
    f.next = f.at < f.list->size() ? (*f.list)[f.at] : count;
    return f.next < count;
  }

  bool bottom(Piece piece, const Frame& done, bool with_callers, std::vector<State>& todo, const See& see) {
    const SymbolicChain& chain = table().chains[done.chain];
    const RuleId end = id(done, static_cast<std::uint32_t>(chain.rules.size()));
    if (chain.hook) return see(std::move(piece), {chain.policy, nullptr}, end);
    if (!with_callers) return see(std::move(piece), {.ending = Ending::back}, end);
    for (const RuleId& caller : facts_.callers(removed_.table, done.chain)) {
      const SymbolicRule& rule = *facts_.rules().rule(caller);
      const SymbolicChain& outer = table().chains[caller.chain];
      for (const Box& box : rule.match.boxes)
        if (Piece both = piece; narrow(both, box_without_written(box)))
          todo.push_back({.piece = std::move(both),
                          .frames = {{caller.chain, rule.ending == Ending::go ? static_cast<std::uint32_t>(outer.rules.size()) : caller.index + 1}}});
    }
    return true;
  }

  Box box_without_written(Box box) const {
    std::erase_if(box.limits, [&](const auto& l) { return facts_.written(removed_.table)[l.first]; });
    return box;
  }

  // One rule: what matches goes its way, the rest of the state stays. False to stop.
  bool step(State& s, const SymbolicRule& rule, const RuleId& at, std::vector<State>& todo, const See& see) {
    ++s.frames.back().next;
    if (at == removed_) return true;
    if (is_comment(at) || !touched(s.piece, rule)) return true;
    if (!rule.match.exact) return false;   // it remembers, or cannot be told
    std::vector<Piece> rest{std::move(s.piece)};
    bool good = true;
    take(rest, rule.hotdrop, [&](Piece part) { good = good && see(std::move(part), {.ending = Ending::drop}, at); });
    take(rest, rule.match.boxes, [&](Piece part) { good = good && matched({std::move(part), s.frames}, rule, at, todo, see); });
    if (!good) return false;
    for (std::size_t i = 1; i < rest.size(); ++i) todo.push_back({std::move(rest[i]), s.frames});
    if (rest.empty())
      s.frames.clear();
    else
      s.piece = std::move(rest.front());
    return true;
  }

  bool matched(State s, const SymbolicRule& rule, const RuleId& at, std::vector<State>& todo, const See& see) {
    switch (rule.ending) {
      case Ending::accept:
      case Ending::drop:
      case Ending::reject: return see(std::move(s.piece), {rule.ending, &facts_.rules().source(at)}, at);
      case Ending::back:
        s.frames.back().next = static_cast<std::uint32_t>(table().chains[s.frames.back().chain].rules.size());
        break;
      case Ending::jump: s.frames.push_back({rule.chain, 0}); break;
      case Ending::go:
        s.frames.back().next = static_cast<std::uint32_t>(table().chains[s.frames.back().chain].rules.size());
        s.frames.push_back({rule.chain, 0});
        break;
      default: return !comes(s.piece);   // it marks, logs, counts, queues: what would happen more often
    }
    todo.push_back(std::move(s));
    return true;
  }

  // A rule that is there for its comment.
  bool is_comment(const RuleId& at) const {
    const Rule& rule = facts_.rules().source(at);
    return facts_.only_looks(at) && !rule.matches.empty() && rule.basic == BasicMatch{} &&
           std::all_of(rule.matches.begin(), rule.matches.end(), [](const MatchUse& use) { return use.name == "comment"; });
  }

  static bool touched(const Piece& piece, const SymbolicRule& rule) {
    const auto over = [&](const Box& box) { return overlaps(piece, box); };
    return std::any_of(rule.match.boxes.begin(), rule.match.boxes.end(), over) || std::any_of(rule.hotdrop.begin(), rule.hotdrop.end(), over);
  }

  template <class Each>
  static void take(std::vector<Piece>& pieces, const std::vector<Box>& boxes, Each each) {
    for (const Box& box : boxes) {
      std::vector<Piece> left;
      for (Piece& piece : pieces) {
        if (split(piece, box, left))
          each(std::move(piece));
        else
          left.push_back(std::move(piece));
      }
      pieces = std::move(left);
    }
  }

  const Facts& facts_;
  const RuleId removed_;
  const std::set<RuleId>& gone_;
  std::set<RuleId> instead_;
  int steps_ = 0;
  std::uint64_t looked_at_ = 0;   // rules, by the index
  bool gave_up_ = false;
};

// Whether the kernel tracks, translates and relates connections for the one ruleset as for the other.
bool same_kernel(const Symbolic& a, const Symbolic& b) {
  return a.conntrack == b.conntrack && a.defrag == b.defrag && a.translates == b.translates && a.relations == b.relations;
}

}  // namespace

Without without(const Facts& facts, const RuleId& rule, const std::set<RuleId>& gone) { return Comparison(facts, rule, gone).make(); }

Reduced without_needless(Ruleset ruleset, std::vector<RuleId> rules, const Host* host) {
  std::size_t taken = 0;
  std::sort(rules.begin(), rules.end(), std::greater<>());   // from the last: those before keep their numbers
  auto now = std::make_unique<Ruleset>(std::move(ruleset));
  auto facts = std::make_unique<Facts>(*now, host);
  for (const RuleId& id : rules) {
    const SymbolicRule& rule = *facts->rules().rule(id);
    const bool dead = rule.hotdrop.empty() && !rule.remembers && facts->never(id);
    if (!dead && without(*facts, id, {}).answer != Without::Answer::same) continue;
    auto less = std::make_unique<Ruleset>(*now);
    for (Table& table : less->tables)
      if (table.id == id.table) table.chains[id.chain].rules.erase(table.chains[id.chain].rules.begin() + id.index);
    auto next = std::make_unique<Facts>(*less, host);
    // What a rule brings about by being there at all.
    if (!same_kernel(facts->rules(), next->rules())) continue;
    facts = std::move(next);   // before the ruleset that the old ones refer to goes
    now = std::move(less);
    ++taken;
  }
  return {std::move(*now), taken};
}

}  // namespace fwsim
