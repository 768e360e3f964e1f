#include "lint/solvers/z3_encoding.hh"

#include <algorithm>

#include "lint/host_laws.hh"
#include "lint/laws.hh"
#include "lint/sizes.hh"

namespace fwsim::smt {
namespace {

Actions actions_of(const Rule& rule, Family family) {
  if (const auto* verdict = std::get_if<Verdict>(&rule.target)) return {*verdict};
  if (const auto* jump = std::get_if<Jump>(&rule.target)) return {*jump};
  if (const auto* use = std::get_if<TargetUse>(&rule.target)) return fwsim::actions_of(*use, family);
  return {};
}

// Nothing that a later rule sees: the rule takes notes, or only counts.
bool inert(const Actions& actions) {
  return std::all_of(actions.begin(), actions.end(), [](const Action& action) {
    const auto* effect = std::get_if<Effect>(&action);
    return effect && effect->writes.empty() && !effect->terminates && !effect->may_terminate;
  });
}

void collect(const Pred& pred, std::set<Field>& used) {
  if (pred.field != Field::none) used.insert(pred.field);
  for (const Pred& part : pred.parts) collect(part, used);
}

void collect(const Meaning& m, std::set<Field>& used) {
  collect(m.hotdrop, used);
  collect(m.matches, used);
}

}  // namespace

Encoding::Encoding(const Symbolic& rules, const Host* host, Way way, EncodingOptions options)
    : rules_(rules), host_(host), options_(std::move(options)), plan_(plan_way(rules, way, host)),
      terms_(rules.ruleset->family, options_.prefix) {
  for (const Table& table : rules.ruleset->tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules) {
        collect(meaning_of(rule.basic, terms_.family()), used_);
        for (const MatchUse& match : rule.matches) collect(meaning_of(match, terms_.family()), used_);
      }
  for (const auto& laws : {conntrack_laws(terms_.family(), {.resets = true}), routing_laws(terms_.family(), true, false), std::vector{out_of_hops()}})
    for (const Pred& law : laws) collect(law, used_);
  run();
}

z3::expr Encoding::base() {
  z3::expr out = terms_.limits();
  for (const z3::expr& e : start_) out = both(out, e);
  return out;
}

void Encoding::run() {
  start();
  Case at{context().bool_val(true), either(marked_, told_), {}, {}};
  const Term& state = terms_.first(Field::ct_state);
  at.fields.emplace(Field::ct_state, Term{state.value, told_});   // of others not yet
  if (plan_.way == Way::forward) at.fields.emplace(Field::out_if, Term{number(0, 128), context().bool_val(true)});
  std::size_t end = plan_.stages.size();
  const auto is_last = [&](const WayStage& s) {
    return s.kind == WayStage::Kind::table && s.table == options_.target->table && s.hook == options_.hook;
  };
  while (options_.target && end > 0 && !is_last(plan_.stages[end - 1])) --end;
  for (std::size_t s = 0; s < end && !gave_up_; ++s) {
    const WayStage& stage = plan_.stages[s];
    hook_ = stage.hook;
    last_stage_ = s + 1 == end;
    switch (stage.kind) {
      case WayStage::Kind::conntrack:
        track(at);
        forbid(at, conntrack_laws(terms_.family(), rules_.relations));
        if (stage.hook == Hook::output) forbid(at, sent_laws(terms_.family()));
        break;
      case WayStage::Kind::routing: {
        if (plan_.way == Way::forward) at.fields.erase(Field::out_if);
        const bool localnet = host_ && host_->sysctl("net.ipv4.conf.all.route_localnet", 0) != 0;
        forbid(at, routing_laws(terms_.family(), stage.hook == Hook::forward, localnet));
        if (stage.hook == Hook::forward) forbid(at, {out_of_hops()});
        if (stage.apart)
          at.alive = both(at.alive, either(terms_.of(at, Field::in_if).value == number(name_word("lo"), 128),
                                           terms_.of(at, Field::src).value != terms_.of(at, Field::dst).value));
        if (host_) forbid(at, host_laws(*host_, terms_.family(), plan_.way));
        break;
      }
      case WayStage::Kind::table: at = table(std::move(at), stage); break;
    }
  }
}

// Packets with a past (WayPlan::pasts).
void Encoding::past() {
  for (const Past& past : plan_.pasts) {
    if (marked_.is_false()) marked_ = terms_.fresh_boolean();
    if (past.told && told_.is_false()) told_ = terms_.fresh_boolean();
  }
  if (told_.is_false()) return;
  Case any{context().bool_val(true), none(), {}, {}};
  const Pred own = fwsim::any(told_early(terms_.family(), plan_.way == Way::output, rules_.relations));
  start_.push_back(either(opposite(told_), terms_.truth(any, own).must));
}

void Encoding::start() {
  past();
  const Family family = terms_.family();
  const bool arrives = plan_.way != Way::output;
  const auto zero = [&](Field f) { return terms_.first(f).value == number(0, width_of(f, family)); };
  start_.push_back(arrives ? !zero(Field::in_if) : zero(Field::in_if));
  start_.push_back(plan_.way == Way::input ? zero(Field::out_if) : !zero(Field::out_if));
  for (Field f : arrives ? std::vector{Field::socket} : std::vector{Field::mac_src, Field::in_group})
    start_.push_back(!terms_.first(f).present);
  if (arrives) start_.push_back(either(marked_, zero(Field::mark)));
  if (rules_.defrag) start_.push_back(zero(Field::frag_off));
  const z3::expr& state = terms_.first(Field::ct_state).present;
  start_.push_back(rules_.conntrack ? state : !state);
  Case first{context().bool_val(true), none(), {}, {}};
  if (arrives) forbid(first, arrival_laws(family));
  if (used_.count(Field::length) != 0) forbid(first, size_laws(*rules_.space));
  start_.push_back(first.alive);
  if (!host_ || host_->interfaces.size() < 2) return;
  for (Field f : {Field::in_if, Field::out_if}) {
    if (f == Field::in_if ? !arrives : plan_.way == Way::input) continue;
    z3::expr known = none();
    for (const Interface& i : host_->interfaces) known = either(known, terms_.first(f).value == number(name_word(i.name), 128));
    start_.push_back(known);
  }
}

void Encoding::forbid(Case& at, const std::vector<Pred>& laws) {
  for (const Pred& law : laws) at.alive = both(at.alive, opposite(terms_.truth(at, law).must));
}

// NOTRACK, or the packet's past, has told the state before; otherwise it is what conntrack will say.
void Encoding::track(Case& at) {
  const Term told = terms_.of(at, Field::ct_state), wanted = terms_.first(Field::ct_state);
  const z3::expr untracked = wanted.value == number(4, 8);
  const z3::expr alone = terms_.truth(at, untracked_by_itself(terms_.family())).must;
  at.alive = both(at.alive, choose(told.present, told.value == wanted.value, either(opposite(untracked), alone)));
  at.fields.erase(Field::ct_state);
}

Case Encoding::table(Case at, const WayStage& stage) {
  const Table& table = *rules_.ruleset->find(stage.table);
  std::size_t base = 0;
  while (table.chains[base].hook != stage.hook) ++base;
  Case passing{none(), none(), {}, {}};
  if (stage.table == TableId::nat) {
    // Only the first packet of a connection; a known one that was translated has other addresses now.
    const Pred error = is(Field::proto, terms_.family() == Family::v4 ? 1 : 58);
    const z3::expr fresh = terms_.truth(at, is(Field::ct_state, 1)).must;
    z3::expr expected = terms_.truth(at, all({is(Field::ct_state, 2), negation(error)})).must;
    // A reset was translated with what it answers, or was not.
    if (rules_.relations.resets) expected = both(expected, terms_.fresh_boolean());
    const z3::expr first = either(fresh, expected);
    passing = at;
    passing.alive = both(at.alive, opposite(first));
    if (rules_.translates) known_connection(passing);
    at.alive = both(at.alive, first);
  }
  accepted_.clear();
  matters_.clear();
  Case out = chain(table, base, std::move(at), true);
  const RuleId policy{stage.table, static_cast<std::uint16_t>(base), static_cast<std::uint32_t>(table.chains[base].rules.size())};
  note(policy, out);
  if (table.chains[base].policy == Verdict::drop) {
    const Weight weight = weigh(policy, Verdict::drop);
    if (weight.kept) out.alive = weight.only_if ? both(out.alive, opposite(*weight.only_if)) : none();
  }
  for (const Case& accepted : accepted_) out = terms_.merge(out, accepted);
  return terms_.merge(out, passing);
}

void Encoding::known_connection(Case& at) {
  const bool source = hook_ == Hook::input || hook_ == Hook::postrouting;
  Case other = at;
  const z3::expr translated = both(terms_.truth(at, in(Field::ct_state, Range{2, 3})).must, terms_.fresh_boolean());
  other.alive = both(at.alive, translated);
  at.alive = both(at.alive, opposite(translated));
  any_value(other, source ? Field::src : Field::dst);
  any_value(other, source ? Field::sport : Field::dport);
  other.vague = context().bool_val(true);
  at = terms_.merge(at, other);
}

Case Encoding::chain(const Table& table, std::size_t index, Case at, bool outermost) {
  const Chain& c = table.chains[index];
  std::vector<Case> returned;
  for (std::uint32_t i = 0; i < c.rules.size(); ++i) {
    if (at.alive.is_false()) break;
    const RuleId id{table.id, static_cast<std::uint16_t>(index), i};
    if (options_.target && !matters(table, id)) continue;
    if (++encoded_ > options_.budget) {
      gave_up_ = true;
      break;
    }
    const Actions actions = actions_of(c.rules[i], terms_.family());
    Parted parted = part(c.rules[i], std::move(at));
    note(id, parted.taken);
    if (inert(actions)) {
      at = std::move(parted.whole);   // whether it matched is of no consequence
      continue;
    }
    at = act(actions, table, id, parted, returned) ? terms_.merge(parted.taken, parted.rest) : std::move(parted.rest);
  }
  if (!outermost) note({table.id, static_cast<std::uint16_t>(index), static_cast<std::uint32_t>(c.rules.size())}, at);
  for (const Case& r : returned) at = terms_.merge(at, r);
  return at;
}

// A rule that ends packets and is blamed, one that leads on, and one that rewrites.
bool Encoding::matters(const Table& table, const RuleId& id) {
  if (id == *options_.target) return true;
  const Rule& rule = table.chains[id.chain].rules[id.index];
  const Actions actions = actions_of(rule, terms_.family());
  if (inert(actions)) return false;
  if (const auto* jump = std::get_if<Jump>(&actions.front()); jump && !jump->go) return matters(table, static_cast<std::size_t>(jump->chain));
  return std::any_of(actions.begin(), actions.end(), [&](const Action& action) {
    return weigh(id, action).kept;
  });
}

bool Encoding::matters(const Table& table, std::size_t chain) {
  const auto known = matters_.find(chain);
  if (known != matters_.end()) return known->second;
  bool some = chain == options_.target->chain && table.id == options_.target->table;
  for (std::uint32_t i = 0; i < table.chains[chain].rules.size() && !some; ++i) {
    const Rule& rule = table.chains[chain].rules[i];
    const bool back = std::holds_alternative<Verdict>(rule.target) && std::get<Verdict>(rule.target) == Verdict::back;
    some = !back && matters(table, {table.id, static_cast<std::uint16_t>(chain), i});
  }
  return matters_[chain] = some;
}

// Before the last stage an ACCEPT lets packets past the rules below, and a RETURN may do so everywhere.
Weight Encoding::weigh(const RuleId& id, const Action& action) const {
  if (!options_.weigh) return {};
  if (const auto* verdict = std::get_if<Verdict>(&action)) {
    if (*verdict == Verdict::drop) return options_.weigh(id, true);
    if (last_stage_) return options_.weigh(id, *verdict != Verdict::back);
  } else if (const auto* effect = std::get_if<Effect>(&action)) {
    if (effect->terminates && effect->end == Effect::End::dropped) return options_.weigh(id, true);
  }
  return {};
}

Encoding::Parted Encoding::part(const Rule& rule, Case at) {
  Truth so_far{context().bool_val(true), context().bool_val(true)};
  z3::expr dropped = none();
  const auto take = [&](const Meaning& m) {
    if (m.hotdrop.kind != Pred::Kind::never) dropped = either(dropped, both(so_far.must, terms_.truth(at, m.hotdrop).must));
    const Truth t = terms_.truth(at, m.matches);
    so_far = {both(so_far.must, t.must), both(so_far.may, t.may)};
  };
  take(meaning_of(rule.basic, terms_.family()));
  for (const MatchUse& match : rule.matches) take(meaning_of(match, terms_.family()));
  at.alive = both(at.alive, opposite(dropped));
  const Case whole = at;
  z3::expr matches = so_far.must;
  if (!z3::eq(so_far.must, so_far.may)) {
    matches = both(so_far.may, either(so_far.must, terms_.fresh_boolean()));
    at.vague = either(at.vague, both(so_far.may, opposite(so_far.must)));
  }
  Parted out{at, std::move(at), whole};
  out.taken.alive = both(out.taken.alive, matches);
  out.rest.alive = both(out.rest.alive, opposite(matches));
  return out;
}

bool Encoding::verdict(Verdict verdict, Parted& parted, std::vector<Case>& returned) {
  switch (verdict) {
    case Verdict::accept: accepted_.push_back(std::move(parted.taken)); return false;
    case Verdict::drop: return false;
    case Verdict::back: returned.push_back(std::move(parted.taken)); return false;
    case Verdict::queue:
      parted.taken.vague = context().bool_val(true);
      accepted_.push_back(std::move(parted.taken));
      return false;
  }
  return false;
}

bool Encoding::act(const Actions& actions, const Table& table, const RuleId& id, Parted& parted, std::vector<Case>& returned) {
  Case& taken = parted.taken;
  // What this rule does not take, when it is left out or only perhaps there, goes on with the rest.
  const auto leave = [&](const Weight& weight) {
    if (weight.kept && !weight.only_if) return;
    Case spared = taken;
    spared.alive = weight.kept ? both(taken.alive, opposite(*weight.only_if)) : taken.alive;
    taken.alive = weight.kept ? both(taken.alive, *weight.only_if) : none();
    parted.rest = terms_.merge(spared, parted.rest);
  };
  for (const Action& action : actions) {
    if (const auto* v = std::get_if<Verdict>(&action)) {
      leave(weigh(id, action));
      return verdict(*v, parted, returned);
    }
    if (const auto* jump = std::get_if<Jump>(&action)) {
      Case back = chain(table, static_cast<std::size_t>(jump->chain), std::move(taken), false);
      if (jump->go) {
        returned.push_back(std::move(back));
        return false;
      }
      taken = std::move(back);
    } else if (const auto* assignment = std::get_if<Assign>(&action)) {
      assign(taken, *assignment);
    } else if (const auto* nat = std::get_if<Nat>(&action)) {
      translate(taken, *nat);
      accepted_.push_back(std::move(taken));
      return false;
    } else if (const auto* effect = std::get_if<Effect>(&action)) {
      for (Field f : effect->writes)
        if (f != Field::ct_state) any_value(taken, f);
      if (effect->ct_state) taken.fields.insert_or_assign(Field::ct_state, Term{choose(told_, terms_.first(Field::ct_state).value, number(*effect->ct_state, 8)), context().bool_val(true)});
      if (effect->terminates) {
        if (effect->end != Effect::End::dropped) return verdict(Verdict::queue, parted, returned);
        leave(weigh(id, action));
        return false;
      }
      if (effect->may_terminate) taken.vague = context().bool_val(true);
    } else {
      // A target that is not known: accepts, drops or goes on.
      taken.vague = context().bool_val(true);
      Case accepted = taken;
      const z3::expr accepts = terms_.fresh_boolean();
      accepted.alive = both(taken.alive, accepts);
      taken.alive = both(taken.alive, opposite(accepts));
      accepted_.push_back(std::move(accepted));
    }
  }
  return true;
}

// to = clamp(((to & keep) ^ constant ^ moved) + add), as simulator/rewrite.cc does it.
void Encoding::assign(Case& at, const Assign& a) {
  const Family family = terms_.family();
  const unsigned kept = width_of(a.to, family), width = is_wide(a.to) ? 128 : 32;
  const auto fit = [](const z3::expr& e, unsigned to) {
    const unsigned from = e.get_sort().bv_size();
    return from < to ? z3::zext(e, to - from) : from > to ? e.extract(to - 1, 0) : e;
  };
  const auto shifted = [&](const z3::expr& e) {
    if (a.shift == 0) return e;
    return a.shift > 0 ? z3::shl(e, number(static_cast<u128>(a.shift), width)) : z3::lshr(e, number(static_cast<u128>(-a.shift), width));
  };
  const auto word = [&](u128 value) { return number(width == 32 ? value & 0xffffffff : value, width); };
  const Term old = terms_.of(at, a.to);
  z3::expr done = terms_.present(at, a.to);
  z3::expr result = (fit(old.value, width) & word(a.keep)) ^ word(a.constant);
  if (a.from != Field::none) {
    done = both(done, terms_.present(at, a.from));
    const z3::expr moved = fit(terms_.of(at, a.from).value, width) & word(a.from_mask);
    result = result ^ (a.shift_result ? moved : shifted(moved));
  }
  if (a.shift_result) result = shifted(result);
  if (a.add != 0) {
    const z3::expr sum = result + context().bv_val(a.add, width);
    result = z3::ite(sum < 0, number(0, width), z3::ite(sum > 255, number(255, width), sum));
  }
  at.fields.insert_or_assign(a.to, Term{choose(done, fit(result, kept), old.value).simplify(), old.present});
  if (a.to != Field::mark && a.to != Field::ct_mark && a.to != Field::priority) terms_.rewritten(at);
}

void Encoding::any_value(Case& at, Field field) {
  at.fields.insert_or_assign(field, Term{terms_.fresh_value(field), terms_.of(at, field).present});
  if (used_.count(field) != 0) at.vague = context().bool_val(true);
}

void Encoding::becomes(Case& at, Field field, const Range& range) {
  const unsigned width = width_of(field, terms_.family());
  if (range.low == range.high) {
    at.fields.insert_or_assign(field, Term{number(range.low, width), context().bool_val(true)});
    return;
  }
  any_value(at, field);
  const z3::expr value = terms_.of(at, field).value;
  at.alive = both(at.alive, z3::uge(value, number(range.low, width)) && z3::ule(value, number(range.high, width)));
}

void Encoding::translate(Case& at, const Nat& nat) {
  const bool source = nat.kind == Nat::Kind::snat || nat.kind == Nat::Kind::masquerade;
  const Field address = source ? Field::src : Field::dst;
  if (nat.kind == Nat::Kind::netmap)
    any_value(at, address);
  else if (nat.address)
    becomes(at, address, *nat.address);
  else if (nat.kind == Nat::Kind::masquerade || nat.kind == Nat::Kind::redirect)
    any_value(at, address);
  if (nat.ports) becomes(at, source ? Field::sport : Field::dport, *nat.ports);
  for (Field f : source ? std::vector{Field::src_type, Field::src_type_in, Field::src_type_out}
                        : std::vector{Field::dst_type, Field::dst_type_in, Field::dst_type_out})
    any_value(at, f);
  terms_.rewritten(at);
}

}  // namespace fwsim::smt
