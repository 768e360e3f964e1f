#include "lint/symbolic.hh"

#include <algorithm>

namespace fwsim {
namespace {

// The variables that a packet's bytes or addresses decide: asked again after a rewrite.
void forget_tests(const Space& space, std::vector<Change>& changes) {
  for (Var v = 0; v < space.vars().size(); ++v)
    if (space[v].kind == Variable::Kind::boolean) changes.push_back({.var = v, .values = space.everything(v)});
}

class RuleMaker {
 public:
  RuleMaker(const Space& space, SymbolicRule& out) : space_(space), out_(out) {}

  void actions(const Actions& actions) {
    out_.inert = true;
    for (const Action& action : actions) std::visit([this](const auto& a) { act(a); }, action);
    if (!out_.changes.empty() || out_.ending != Ending::next) out_.inert = false;
  }

 private:
  void act(Verdict verdict) {
    switch (verdict) {
      case Verdict::accept: out_.ending = Ending::accept; break;
      case Verdict::drop: out_.ending = Ending::drop; break;
      case Verdict::back: out_.ending = Ending::back; break;
      case Verdict::queue: out_.ending = Ending::queue; break;
    }
  }

  void act(const Jump& jump) {
    out_.ending = jump.go ? Ending::go : Ending::jump;
    out_.chain = static_cast<std::uint16_t>(jump.chain);
  }

  void act(const Assign& a) {
    const Var first = space_.of(a.to);
    if (first == no_var) return;
    if (a.shift != 0 || space_[first].kind != Variable::Kind::bits) return assign_whole(a, first);
    const Var from = a.from == Field::none ? no_var : space_.of(a.from);
    for (Var v = first, n = 0; n < space_.bit_groups(a.to); ++v, ++n) {
      const u128 group = space_[v].mask;
      const bool kept = (a.keep & group) == group, moved = from != no_var && (a.from_mask & group) == group;
      if (kept && moved) {
        any_value(v);
      } else if (kept) {
        xor_with(v, a.constant & group);
      } else if (moved) {
        const Var source = static_cast<Var>(from + n);
        out_.changes.push_back({.kind = Change::Kind::copy, .var = v, .from = source});
        if ((a.constant & group) != 0) xor_with(v, a.constant & group);
      } else {
        out_.changes.push_back({.var = v, .values = AtomSet::one(space_.atom_of(v, a.constant & group))});
      }
    }
  }

  // A byte, or a word that no mask takes apart.
  void assign_whole(const Assign& a, Var v) {
    const bool constant = a.keep == 0 && a.from == Field::none && a.add == 0 && !a.shift_result;
    const unsigned groups = space_.bit_groups(a.to);
    if (constant && groups == 1) {
      out_.changes.push_back({.var = v, .values = AtomSet::one(space_.atom_of(v, a.constant))});
    } else if (space_[v].kind == Variable::Kind::table && a.from == Field::none && a.add == 0) {
      Change change{.kind = Change::Kind::map, .var = v};
      for (Atom atom = 0; atom < space_[v].starts.size(); ++atom)
        change.map.push_back(space_.atom_of(v, (space_.example(v, atom) & a.keep) ^ a.constant));
      out_.changes.push_back(std::move(change));
    } else {
      for (unsigned n = 0; n < groups; ++n) any_value(static_cast<Var>(v + n));
    }
    if (a.to != Field::mark && a.to != Field::ct_mark && a.to != Field::priority) forget_tests(space_, out_.changes);
  }

  void xor_with(Var v, u128 constant) {
    if (constant == 0) return;
    Change change{.kind = Change::Kind::map, .var = v};
    const Variable& var = space_[v];
    for (Atom atom = 0; atom < var.count(); ++atom) change.map.push_back(space_.atom_of(v, space_.example(v, atom) ^ constant));
    if (var.others) return any_value(v);   // which of the others it becomes is not known
    out_.changes.push_back(std::move(change));
  }

  void any_value(Var v) {
    out_.changes.push_back({.var = v, .values = space_.present(v)});
    out_.exact_changes = false;
  }

  void any_value(Field field) {
    const Var first = space_.of(field);
    if (first == no_var) return;
    for (unsigned n = 0; n < space_.bit_groups(field); ++n) any_value(static_cast<Var>(first + n));
  }

  void becomes(Field field, const Range& range) {
    const Var v = space_.of(field);
    if (v == no_var) return;
    out_.changes.push_back({.var = v, .values = space_.in(v, {range})});
    if (range.low != range.high) out_.exact_changes = false;
  }

  void act(const Nat& nat) {
    out_.ending = Ending::accept;
    const bool source = nat.kind == Nat::Kind::snat || nat.kind == Nat::Kind::masquerade;
    if (nat.address)
      becomes(source ? Field::src : Field::dst, *nat.address);
    else if (nat.kind == Nat::Kind::masquerade)
      any_value(Field::src);
    else if (nat.kind == Nat::Kind::redirect)
      any_value(Field::dst);
    if (nat.kind == Nat::Kind::netmap) any_value(source ? Field::src : Field::dst);
    if (nat.ports) becomes(source ? Field::sport : Field::dport, *nat.ports);
    if (source) {
      for (Field f : {Field::src_type, Field::src_type_in, Field::src_type_out}) any_value(f);
    } else {
      for (Field f : {Field::dst_type, Field::dst_type_in, Field::dst_type_out}) any_value(f);
    }
    forget_tests(space_, out_.changes);
  }

  void act(const Effect& effect) {
    for (Field f : effect.writes)
      if (f != Field::ct_state) any_value(f);
    if (effect.ct_state) {
      const Var state = space_.of(Field::ct_state);
      out_.changes.push_back({.var = state, .values = AtomSet::one(space_.atom_of(state, *effect.ct_state))});
    }
    // What is malformed is not worth the doubt about all the rest; that it is dropped only lets less come.
    if (effect.terminates)
      out_.ending = effect.end == Effect::End::queued ? Ending::queue : effect.end == Effect::End::diverted ? Ending::divert : Ending::reject;
    else if (effect.may_terminate)
      out_.ending = Ending::perhaps;
  }

  void act(const Opaque&) { out_.ending = Ending::unknown; }

  const Space& space_;
  SymbolicRule& out_;
};

// A limit that guards nothing is asked by nobody else; a list, a set or an account is.
void remember(const Rule& rule, SymbolicRule& out) {
  if (const auto* use = std::get_if<TargetUse>(&rule.target); use && use->extension) {
    out.logs = use->extension->logs;
    out.remembers = use->extension->memory == Memory::shared;
  }
  for (const MatchUse& match : rule.matches) {
    const Memory memory = match.extension ? match.extension->memory : Memory::own;
    out.remembers = out.remembers || memory == Memory::shared || (memory == Memory::own && !out.inert);
  }
}

SymbolicRule make_rule(const Rule& rule, Family family, const Space& space, bool whole_headers) {
  SymbolicRule out;
  Boxes so_far{{Box{}}, true};
  const auto take = [&](const Meaning& m) {
    if (m.hotdrop.kind != Pred::Kind::never && !whole_headers) {
      const Boxes hot = meet(so_far, lower(space, m.hotdrop));
      // A drop that is only perhaps one is left out: malformed packets are rarely the point.
      if (hot.exact) out.hotdrop.insert(out.hotdrop.end(), hot.boxes.begin(), hot.boxes.end());
    }
    if (m.matches.kind != Pred::Kind::always) so_far = meet(so_far, lower(space, m.matches));
  };
  take(meaning_of(rule.basic, family));
  for (const MatchUse& match : rule.matches) take(meaning_of(match, family));
  out.match = std::move(so_far);
  Actions actions;
  if (const auto* verdict = std::get_if<Verdict>(&rule.target))
    actions = {*verdict};
  else if (const auto* jump = std::get_if<Jump>(&rule.target))
    actions = {*jump};
  else if (const auto* use = std::get_if<TargetUse>(&rule.target))
    actions = actions_of(*use, family);
  RuleMaker(space, out).actions(actions);
  remember(rule, out);
  if (!out.hotdrop.empty()) out.inert = false;
  return out;
}

void relate(const Rule& rule, Family family, Relations& out) {
  const auto* use = std::get_if<TargetUse>(&rule.target);
  if (!use) return;
  for (const Action& action : actions_of(*use, family))
    if (const auto* effect = std::get_if<Effect>(&action)) {
      out.helpers = out.helpers || effect->attaches_helper;
      out.resets = out.resets || effect->resets;
    }
}

constexpr std::size_t least_row = 8;

bool may_stand_in_row(const SymbolicRule& rule) {
  const bool ends = rule.ending == Ending::accept || rule.ending == Ending::drop || rule.ending == Ending::reject || rule.ending == Ending::back;
  return ends && rule.match.exact && rule.match.boxes.size() == 1 && rule.hotdrop.empty() && rule.changes.empty() && !rule.logs && !rule.remembers;
}

// The one variable by which two boxes differ; no_var when there is none, or more.
Var only_difference(const Box& a, const Box& b) {
  Var differs = no_var;
  if (a.limits.size() != b.limits.size()) return no_var;
  for (std::size_t i = 0; i < a.limits.size(); ++i) {
    if (a.limits[i].first != b.limits[i].first) return no_var;
    if (a.limits[i].second == b.limits[i].second) continue;
    if (differs != no_var) return no_var;
    differs = a.limits[i].first;
  }
  return differs;
}

void find_rows(std::vector<SymbolicRule>& rules) {
  for (std::size_t first = 0; first < rules.size();) {
    std::size_t end = first + 1;
    Var v = no_var;
    for (; end < rules.size() && may_stand_in_row(rules[first]) && may_stand_in_row(rules[end]); ++end) {
      const Var d = only_difference(rules[first].match.boxes.front(), rules[end].match.boxes.front());
      if (d == no_var || (v != no_var && d != v)) break;
      v = d;
    }
    if (end - first >= least_row)
      for (std::size_t i = first; i < end; ++i) {
        rules[i].row_var = v;
        rules[i].row_begin = static_cast<std::uint32_t>(first);
        rules[i].row_end = static_cast<std::uint32_t>(end);
      }
    first = end;
  }
}

void connect(TableId id, SymbolicTable& table) {
  table.callers.resize(table.chains.size());
  for (std::size_t c = 0; c < table.chains.size(); ++c)
    for (std::uint32_t i = 0; i < table.chains[c].rules.size(); ++i) {
      const SymbolicRule& rule = table.chains[c].rules[i];
      const bool ends = rule.ending == Ending::accept || rule.ending == Ending::drop || rule.ending == Ending::reject;
      if (!rule.changes.empty() || !(ends || (rule.ending == Ending::next && rule.inert))) table.chains[c].special.push_back(i);
      if (calls_chain(rule)) table.callers[rule.chain].push_back({id, static_cast<std::uint16_t>(c), i});
      table.rewrites = table.rewrites || !rule.changes.empty();
    }
}

}  // namespace

const SymbolicRule* Symbolic::rule(const RuleId& id) const {
  const SymbolicTable* t = table(id.table);
  if (!t || id.index >= t->chains[id.chain].rules.size()) return nullptr;
  return &t->chains[id.chain].rules[id.index];
}

const Rule& Symbolic::source(const RuleId& id) const { return ruleset->find(id.table)->chains[id.chain].rules[id.index]; }

std::string Symbolic::name(const RuleId& id) const { return rule_name(id.table, ruleset->find(id.table)->chains[id.chain], id.index); }

unsigned Symbolic::line(const RuleId& id) const {
  const Chain& chain = ruleset->find(id.table)->chains[id.chain];
  return id.index < chain.rules.size() ? chain.rules[id.index].line : chain.line;
}

Symbolic make_symbolic(const Ruleset& ruleset, const Space& space, bool whole_headers) {
  Symbolic out{.ruleset = &ruleset, .space = &space, .tables = {}, .conntrack = needs_conntrack(ruleset), .defrag = needs_defrag(ruleset)};
  for (const Table& table : ruleset.tables) {
    SymbolicTable& t = out.tables[static_cast<std::size_t>(table.id)].emplace();
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      SymbolicChain& s = t.chains.emplace_back();
      s.hook = chain.hook;
      if (chain.hook) {
        t.base[static_cast<std::size_t>(*chain.hook)] = static_cast<int>(c);
        s.policy = chain.policy == Verdict::drop ? Ending::drop : Ending::accept;
      }
      s.rules.reserve(chain.rules.size());
      for (const Rule& rule : chain.rules) {
        s.rules.push_back(make_rule(rule, ruleset.family, space, whole_headers));
        if (table.id == TableId::nat && s.rules.back().ending == Ending::accept && !s.rules.back().changes.empty()) out.translates = true;
        relate(rule, ruleset.family, out.relations);
      }
      find_rows(s.rules);
      std::vector<ChainIndex::Entry> entries;
      for (std::uint32_t i = 0; i < s.rules.size(); ++i)
        if (!s.rules[i].inert || s.rules[i].remembers || s.rules[i].logs) entries.push_back({i, &s.rules[i].match, &s.rules[i].hotdrop});
      s.index.build(space, entries);
    }
    connect(table.id, t);
  }
  return out;
}

}  // namespace fwsim
