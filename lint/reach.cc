// Explorer::reach(): does any packet come to this rule? First some packets at random, which finds
// most rules that are reached; then the proof.
#include <algorithm>
#include <random>
#include <set>

#include "lint/explore_run.hh"

namespace fwsim {
namespace {

constexpr int samples = 8;
constexpr int most_tried = 60;  // pieces of packets, when they are to be confirmed
constexpr int rounds = 32;      // of learning which rules matter
constexpr std::uint64_t brief_look = 300;   // rules

// One atom of each variable, chosen at random; tests that are no fields are taken to say no.
Piece sample(const Space& space, const Piece& piece, std::mt19937& random) {
  Piece point = piece;
  for (Var v = 0; v < point.size(); ++v) {
    if (space[v].kind == Variable::Kind::boolean) {
      point[v] = AtomSet::one(point[v].first());
      continue;
    }
    point[v] = AtomSet::one(point[v].nth(std::uniform_int_distribution<std::uint64_t>(0, point[v].size() - 1)(random)));
  }
  return point;
}

}  // namespace

Piece ordinary(const Space& space, Piece piece) {
  const bool v4 = space.family() == Family::v4;
  const u128 icmp = v4 ? 1 : 58, lo = name_word("lo");
  const auto prefer = [&](Field field, const std::vector<Range>& ranges, bool but = false) {
    const Var v = space.of(field);
    if (v == no_var) return;
    AtomSet wanted = space.in(v, ranges);
    if (but) wanted = space.present(v) - wanted;
    wanted = wanted & piece[v];
    if (!wanted.empty()) piece[v] = wanted;
  };
  prefer(Field::frag_off, {{0, 0}});
  prefer(Field::l4_len, {{20, 0xffffffff}});
  prefer(Field::proto, {{icmp, icmp}, {6, 6}, {17, 17}});
  prefer(Field::ct_state, {{1, 1}, {3, 3}});
  prefer(Field::ct_state, {{1, 1}});
  prefer(Field::in_if, {{lo, lo}}, true);
  prefer(Field::out_if, {{lo, lo}}, true);
  prefer(Field::tcp_flags, {{2, 2}, {16, 16}});
  const u128 echo = v4 ? 0x800 : 0x8000;
  prefer(Field::icmp, {{echo, echo | 0xff}});
  for (Field f : {Field::src, Field::dst}) {
    if (v4)
      prefer(f, {{0, 0xffffff}, {0x7f000000, 0x7fffffff}, {0xe0000000, 0xffffffff}}, true);
    else
      prefer(f, {{0, 1}, {u128{0x3fa} << 118, all_ones}}, true);
  }
  const Var state = space.of(Field::ct_state);
  const bool fresh = piece[state] == AtomSet::one(space.atom_of(state, 1));
  prefer(Field::ct_dir, {{0, 0}});
  const auto prefer_bits = [&](Field field, u128 bits) {
    const Var first = space.of(field);
    if (first == no_var) return;
    for (Var v = first; v < first + space.bit_groups(field); ++v)
      if (const Atom atom = space.atom_of(v, bits); piece[v].contains(atom)) piece[v] = AtomSet::one(atom);
  };
  prefer_bits(Field::ct_mark, 0);
  prefer_bits(Field::ct_status, fresh ? 0 : 0xe);   // seen a reply, assured, confirmed
  return piece;
}

namespace {

AtomSet hull(const AtomSet& a, const AtomSet& b) { return a.empty() ? b : b.empty() ? a : a | b; }

// What all the boxes have in common.
Box hull(const std::vector<Box>& boxes) {
  Box out;
  if (boxes.empty()) return out;
  for (const auto& [v, set] : boxes.front().limits) {
    AtomSet joined = set;
    bool limited = true;
    for (const Box& box : boxes) {
      const AtomSet* other = box.find(v);
      if (!other) {
        limited = false;
        break;
      }
      joined = hull(joined, *other);
    }
    if (limited) out.limits.emplace_back(v, std::move(joined));
  }
  return out;
}

}  // namespace

const Explorer::Leads& Explorer::leads(TableId table, std::uint16_t chain) const {
  std::unique_ptr<Leads>& known = leads_[static_cast<std::size_t>(table)][chain];
  if (known) return *known;
  const SymbolicTable& t = *rules_.table(table);
  auto made = std::make_unique<Leads>();
  made->last.assign(t.chains.size(), -1);
  made->last[chain] = static_cast<std::int64_t>(t.chains[chain].rules.size());
  // Callers of callers, until nothing new; chains do not call each other in circles.
  std::vector<Box> entries;
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t c = 0; c < t.chains.size(); ++c)
      for (std::size_t r = t.chains[c].rules.size(); r-- > 0;) {
        const SymbolicRule& rule = t.chains[c].rules[r];
        if ((rule.ending == Ending::jump || rule.ending == Ending::go) && made->last[rule.chain] >= 0 && c != chain) {
          if (made->last[c] < static_cast<std::int64_t>(r)) {
            made->last[c] = static_cast<std::int64_t>(r);
            grew = true;
          }
          break;
        }
      }
  }
  if (!t.chains[chain].hook) {
    std::set<Var> written;
    for (const SymbolicChain& c : t.chains)
      for (const SymbolicRule& rule : c.rules)
        for (const Change& change : rule.changes) written.insert(change.var);
    for (std::size_t c = 0; c < t.chains.size(); ++c)
      for (const SymbolicRule& rule : t.chains[c].rules)
        if ((rule.ending == Ending::jump || rule.ending == Ending::go) && rule.chain == chain) {
          Box caller = t.chains[c].hook ? Box{} : leads(table, static_cast<std::uint16_t>(c)).entry;
          for (const Box& box : rule.match.boxes) {
            Box both = caller;
            if (both.limit(box)) entries.push_back(std::move(both));
          }
        }
    made->entry = hull(entries);
    std::erase_if(made->entry.limits, [&](const auto& limit) { return written.count(limit.first) != 0; });
  }
  known = std::move(made);
  return *known;
}

HookSet Explorer::hooks_of_chain(TableId table, std::uint16_t chain) const {
  const SymbolicTable& t = *rules_.table(table);
  const Leads& l = leads(table, chain);
  HookSet hooks = 0;
  for (std::size_t h = 0; h < hook_count; ++h)
    if (t.base[h] >= 0 && l.last[static_cast<std::size_t>(t.base[h])] >= 0) hooks |= set_of(static_cast<Hook>(h));
  return hooks;
}

namespace {

// The ways that pass a hook; one is enough where they are the same up to there.
std::vector<Way> ways_through(Hook hook) {
  switch (hook) {
    case Hook::prerouting: return {Way::forward, Way::input};
    case Hook::input: return {Way::input};
    case Hook::forward: return {Way::forward};
    case Hook::output: return {Way::output};
    case Hook::postrouting: return {Way::forward, Way::output};
  }
  return {};
}

}  // namespace

// One target at one hook on one way.
struct Explorer::Hunt {
  const Explorer& e;
  const RuleId& target;
  const ExploreOptions& options;
  Reached& out;
  std::set<RuleId>& blamed;
  const Past* past = nullptr;   // of the packets that are followed

  // False when there is nothing more to look for: a certain answer was found.
  bool search(Way way, Hook hook) {
    const WayPlan& plan = e.plan(way);
    const std::size_t stage = stage_of(plan, hook);
    if (stage == plan.stages.size()) return true;
    const Leads& towards = e.leads(target.table, target.chain);
    const SymbolicRule* rule = e.rules_.rule(target);
    const std::vector<Box> any{Box{}};
    for (const Box& box : rule ? rule->match.boxes : any) {
      Piece goal = whole(e.space());
      if (!narrow(goal, box) || !narrow(goal, towards.entry)) continue;
      if (!one_box(way, hook, stage, towards, goal, plan.start)) return false;
      if (options.confirm) continue;   // of packets that may come none can be shown
      for (const Past& one : plan.pasts) {
        if (out.answer != Reached::Answer::never) break;
        past = &one;
        one_box(way, hook, stage, towards, goal, one.start);
        past = nullptr;
      }
    }
    return true;
  }

  bool one_box(Way way, Hook hook, std::size_t stage, const Leads& towards, const Piece& goal, Piece start) {
    const WayPlan& plan = e.plan(way);
    bool certain = false;
    const std::function<bool(const Leaf&)> see = [&](const Leaf& leaf) {
      if (leaf.outcome != PieceFate::reached) return true;
      const std::vector<Piece> origins = e.origins(way, leaf, options.confirm ? 4 : 1);
      if (origins.empty()) {
        out.by_laws = true;
        return true;
      }
      if (options.confirm) {
        if (leaf.vague) return true;
        certain = std::any_of(origins.begin(), origins.end(), [&](const Piece& p) { return options.confirm(way, p); });
        if (!certain) return ++tried < most_tried;
      }
      if (out.answer == Reached::Answer::maybe && leaf.vague) return true;
      out.answer = leaf.vague ? Reached::Answer::maybe : Reached::Answer::yes;
      out.way = way;
      out.hook = hook;
      out.packets = origins.front();
      out.trail = leaf.trail;
      certain = !leaf.vague;
      return !certain;
    };
    Run run{.e = e, .plan = plan, .options = options, .see = see, .target = &target, .target_hook = hook, .target_stage = stage, .towards = &towards, .goal = goal};
    run.past = past;
    if (!restrict_start(plan, stage, goal, start)) return true;
    // Most packets come as they are wanted there, also in what might be rewritten.
    Piece hint = start;
    for (Var v = 0; v < hint.size(); ++v)
      if (const AtomSet both = hint[v] & goal[v]; !both.empty()) hint[v] = both;
    std::mt19937 random(target.index * 31U + target.chain);
    for (int i = 0; i < samples && !certain; ++i) {
      run.looked = 0;
      run.stopped = false;
      const Piece& from = i % 4 < 2 ? hint : start;
      run.run(sample(e.space(), i % 2 == 0 ? ordinary(e.space(), from) : from, random));
      if (out.answer == Reached::Answer::maybe && i >= 1) break;
    }
    if (certain) return false;
    if (out.answer == Reached::Answer::maybe) return true;   // something comes; whether surely is for the simulator to say
    return prove(run, way, stage, towards, goal, start, see, certain, random);
  }

  // Looks at few rules first, and at those more that take the packets which seem to come.
  bool prove(Run& full, Way way, std::size_t stage, const Leads& towards, const Piece& goal, const Piece& start,
             const std::function<bool(const Leaf&)>& see, const bool& certain, std::mt19937& random) {
    Sketch sketch(e.rules_, target, towards.last);
    for (int round = 0; round < rounds; ++round) {
      std::vector<Piece> coming;
      bool laws = false;
      const std::function<bool(const Leaf&)> first = [&](const Leaf& leaf) {
        if (leaf.outcome != PieceFate::reached) return true;
        const std::vector<Piece> origins = e.origins(way, leaf, 1);
        laws = laws || origins.empty();
        coming.insert(coming.end(), origins.begin(), origins.end());
        return coming.size() < 4;
      };
      Run draft{.e = e, .plan = full.plan, .options = options, .see = first, .target = &target, .target_hook = full.target_hook,
                .target_stage = stage, .towards = &towards, .goal = goal, .sketch = &sketch, .past = past};
      std::set<RuleId> takers;
      draft.blamed = &takers;
      if (!draft.run(start)) break;
      if (coming.empty()) {
        out.by_laws = out.by_laws || laws;
        blamed.insert(takers.begin(), takers.end());
        return true;
      }
      takers.clear();
      for (const Piece& piece : coming)
        for (int i = 0; i < 3; ++i) {
          full.looked = 0;
          full.stopped = false;
          full.blamed = &takers;
          full.run(sample(e.space(), i == 0 ? ordinary(e.space(), piece) : piece, random));
          if (out.answer != Reached::Answer::never) return !certain;
        }
      bool learned = false;
      for (const RuleId& id : takers) learned = sketch.learn(id) || learned;
      if (!learned) break;
    }
    return exhaust(full, stage, towards, goal, start, see, certain);
  }

  // Looks at everything.
  bool exhaust(const Run& full, std::size_t stage, const Leads& towards, const Piece& goal, const Piece& start,
               const std::function<bool(const Leaf&)>& see, const bool& certain) {
    // Where it may be reached, a certain packet is worth a short look only.
    ExploreOptions limits = options;
    Run* running = nullptr;
    bool brief = false;
    const std::function<bool(const Leaf&)> see_briefly = [&](const Leaf& leaf) {
      const bool go_on = see(leaf);
      if (leaf.outcome != PieceFate::reached && leaf.by) blamed.insert(*leaf.by);
      if (out.answer == Reached::Answer::maybe && !brief) {
        brief = true;
        limits.budget = std::min(limits.budget, running->looked + brief_look);
      }
      return go_on;
    };
    Run proof{.e = e, .plan = full.plan, .options = limits, .see = see_briefly, .target = &target, .target_hook = full.target_hook,
              .target_stage = stage, .towards = &towards, .goal = goal, .past = past, .blamed = &blamed};
    running = &proof;
    if (!proof.run(start) && !certain) gave_up = true;
    return !certain;
  }

  // All that come, of each way through the hook; `see` returns false to stop, and then so does this.
  bool collect(Way way, Hook hook, const std::function<bool(Way, const Piece&)>& see) {
    const WayPlan& plan = e.plan(way);
    const std::size_t stage = stage_of(plan, hook);
    if (stage == plan.stages.size()) return true;
    const Leads& towards = e.leads(target.table, target.chain);
    const SymbolicRule* rule = e.rules_.rule(target);
    std::vector<Box> boxes{Box{}};
    if (rule) {
      boxes = rule->match.boxes;
      boxes.insert(boxes.end(), rule->hotdrop.begin(), rule->hotdrop.end());
    }
    bool go_on = true;
    for (const Box& box : boxes) {
      Piece goal = whole(e.space()), start = options.marked ? plan.marked() : plan.start;
      if (!go_on || !narrow(goal, box) || !narrow(goal, towards.entry) || !restrict_start(plan, stage, goal, start)) continue;
      const std::function<bool(const Leaf&)> take = [&](const Leaf& leaf) {
        if (leaf.outcome != PieceFate::reached && leaf.by != target) return true;
        if (e.origins(way, leaf, 1).empty()) return true;
        if (const auto origin = e.origin(leaf, start)) go_on = see(way, *origin);
        return go_on;
      };
      Run run{.e = e, .plan = plan, .options = options, .see = take, .target = &target, .target_hook = hook, .target_stage = stage, .towards = &towards, .goal = goal};
      if (!run.run(start)) gave_up = true;
    }
    return go_on;
  }

  std::size_t stage_of(const WayPlan& plan, Hook hook) const {
    std::size_t stage = 0;
    while (stage < plan.stages.size() && !(plan.stages[stage].kind == WayStage::Kind::table && plan.stages[stage].hook == hook &&
                                           plan.stages[stage].table == target.table))
      ++stage;
    return stage;
  }

  // What is not written on the way must be as the target wants it from the start. What conntrack and
  // routing say is known from the start too, to rules behind them.
  bool restrict_start(const WayPlan& plan, std::size_t stage, const Piece& goal, Piece& start) const {
    const Var out_var = e.space().of(Field::out_if), state_var = e.space().of(Field::ct_state);
    bool told = false, routed = plan.way == Way::output;
    for (std::size_t s = 0; s < stage; ++s) {
      told = told || plan.stages[s].kind == WayStage::Kind::conntrack;
      routed = routed || plan.stages[s].kind == WayStage::Kind::routing;
    }
    for (Var v = 0; v < start.size(); ++v) {
      if (v == state_var ? !told && e.rules_.conntrack : v == out_var ? !routed : plan.written[0][v]) continue;
      start[v] = start[v] & goal[v];
      if (start[v].empty()) return false;
    }
    return true;
  }

  int tried = 0;               // pieces that were not confirmed
  bool gave_up = false;
};

Explorer::Reached Explorer::reach(const RuleId& target, const ExploreOptions& options) const {
  Reached out;
  std::set<RuleId> blamed;
  Hunt hunt{.e = *this, .target = target, .options = options, .out = out, .blamed = blamed};
  const HookSet hooks = hooks_of_chain(target.table, target.chain);
  for (std::size_t h = 0; h < hook_count; ++h) {
    const Hook hook = static_cast<Hook>(h);
    if ((hooks & set_of(hook)) == 0) continue;
    for (Way way : ways_through(hook))
      if (!hunt.search(way, hook)) return out;
  }
  if (out.answer == Reached::Answer::never && hunt.gave_up) out.answer = Reached::Answer::gave_up;
  out.by.assign(blamed.begin(), blamed.end());
  return out;
}

bool Explorer::arrivals(const RuleId& target, const std::function<bool(Way, const Piece&)>& see, const ExploreOptions& options) const {
  Reached unused;
  std::set<RuleId> blamed;
  Hunt hunt{.e = *this, .target = target, .options = options, .out = unused, .blamed = blamed};
  const HookSet hooks = hooks_of_chain(target.table, target.chain);
  for (std::size_t h = 0; h < hook_count; ++h) {
    const Hook hook = static_cast<Hook>(h);
    if ((hooks & set_of(hook)) == 0) continue;
    for (Way way : ways_through(hook))
      if (!hunt.collect(way, hook, see)) return !hunt.gave_up;
  }
  return !hunt.gave_up;
}

}  // namespace fwsim
