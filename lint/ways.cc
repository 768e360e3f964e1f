#include "lint/ways.hh"

#include <algorithm>
#include <functional>

#include "lint/host_laws.hh"
#include "lint/laws.hh"
#include "lint/sizes.hh"

namespace fwsim {
namespace {

std::vector<Hook> hooks_on(Way way) {
  switch (way) {
    case Way::input: return {Hook::prerouting, Hook::input};
    case Way::forward: return {Hook::prerouting, Hook::forward, Hook::postrouting};
    case Way::output: return {Hook::output, Hook::postrouting};
  }
  return {};
}

bool idle(const SymbolicTable& table, int chain) {
  const SymbolicChain& c = table.chains[static_cast<std::size_t>(chain)];
  return c.policy == Ending::accept && c.rules.empty();
}

// The base chain of a hook and all that it leads to.
std::vector<std::uint16_t> chains_from(const SymbolicTable& table, Hook hook) {
  std::vector<std::uint16_t> list{static_cast<std::uint16_t>(table.base[static_cast<std::size_t>(hook)])};
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const SymbolicRule& rule : table.chains[list[i]].rules)
      if ((rule.ending == Ending::jump || rule.ending == Ending::go) && std::find(list.begin(), list.end(), rule.chain) == list.end())
        list.push_back(rule.chain);
  return list;
}

std::vector<Box> boxes_of(const Space& space, const std::vector<Pred>& laws) {
  std::vector<Box> boxes;
  for (const Pred& law : laws) {
    Boxes lowered = lower(space, law);
    if (lowered.exact) boxes.insert(boxes.end(), lowered.boxes.begin(), lowered.boxes.end());
  }
  return boxes;
}

class Planner {
 public:
  Planner(const Symbolic& rules, Way way, const Host* host) : rules_(rules), space_(*rules.space), host_(host) {
    plan_.way = way;
    localnet_ = host && host->sysctl("net.ipv4.conf.all.route_localnet", 0) != 0;
  }

  WayPlan make() {
    for (Hook hook : hooks_on(plan_.way)) {
      if (hook == Hook::input || hook == Hook::forward)
        plan_.stages.push_back({.kind = WayStage::Kind::routing, .hook = hook, .apart = apart(hook), .laws = routing(hook)});
      for (Stage stage : stages(hook)) {
        if (stage == Stage::conntrack && rules_.conntrack && (hook == Hook::prerouting || hook == Hook::output))
          plan_.stages.push_back({.kind = WayStage::Kind::conntrack, .hook = hook,
                                  .laws = boxes_of(space_, tracking(hook)),
                                  .untracked = boxes_of(space_, {untracked_by_itself(space_.family())})});
        const auto id = stage_table(stage);
        const SymbolicTable* table = id ? rules_.table(*id) : nullptr;
        if (!table) continue;
        const int base = table->base[static_cast<std::size_t>(hook)];
        if (base < 0) continue;
        // Known connections are translated in the nat tables, whatever rules these have.
        const bool nothing = idle(*table, base) && !(*id == TableId::nat && rules_.translates);
        plan_.stages.push_back({.hook = hook, .table = *id, .idle = nothing});
      }
    }
    start();
    pasts();
    written();
    return std::move(plan_);
  }

 private:
  std::vector<Box> routing(Hook hook) const {
    std::vector<Pred> laws = routing_laws(space_.family(), hook == Hook::forward, localnet_);
    if (hook == Hook::forward && space_.of(Field::ttl) != no_var) laws.push_back(out_of_hops());
    if (host_) {
      const std::vector<Pred> own = host_laws(*host_, space_.family(), plan_.way);
      laws.insert(laws.end(), own.begin(), own.end());
    }
    return boxes_of(space_, laws);
  }

  std::vector<Pred> tracking(Hook hook) const {
    std::vector<Pred> laws = conntrack_laws(space_.family(), rules_.relations);
    if (hook == Hook::output)
      for (Pred& law : sent_laws(space_.family())) laws.push_back(std::move(law));
    return laws;
  }

  // An address of this host is no source of what comes from the wire (__fib_validate_source).
  bool apart(Hook hook) const {
    return hook == Hook::input && space_.family() == Family::v4 && (!host_ || host_->sysctl("net.ipv4.conf.all.accept_local", 0) == 0);
  }

  void limit(Field field, const AtomSet& set) {
    const Var v = space_.of(field);
    if (v != no_var) plan_.start[v] = plan_.start[v] & set;
  }
  void limit(Field field, std::vector<Range> ranges) {
    const Var v = space_.of(field);
    if (v != no_var) limit(field, space_.in(v, ranges));
  }
  void forbid(Field field, std::vector<Range> ranges) {
    const Var v = space_.of(field);
    if (v != no_var) limit(field, space_.everything(v) - space_.in(v, ranges));
  }
  void absent(Field field) {
    const Var v = space_.of(field);
    if (v != no_var && space_[v].optional) limit(field, AtomSet::one(space_[v].absent()));
  }

  void start() {
    plan_.start = whole(space_);
    std::vector<Pred> laws = size_laws(space_);
    const bool arrives = plan_.way != Way::output;
    if (arrives) {
      forbid(Field::in_if, {{0, 0}});
      for (Field f : {Field::socket, Field::uid, Field::gid}) absent(f);
      for (Pred& law : arrival_laws(space_.family())) laws.push_back(std::move(law));
      // Packets come without a mark.
      for (Var v = space_.of(Field::mark), n = 0; v != no_var && n < space_.bit_groups(Field::mark); ++v, ++n)
        plan_.start[v] = AtomSet::one(space_.atom_of(v, 0));
    } else {
      limit(Field::in_if, {{0, 0}});
      absent(Field::mac_src);
      absent(Field::in_group);
    }
    plan_.laws = boxes_of(space_, laws);
    if (plan_.way == Way::input)
      limit(Field::out_if, {{0, 0}});
    else
      forbid(Field::out_if, {{0, 0}});
    if (rules_.defrag) limit(Field::frag_off, {{0, 0}});
    const Var state = space_.of(Field::ct_state);
    plan_.start[state] = rules_.conntrack ? space_.in(state, {{0, 4}}) : AtomSet::one(space_[state].absent());
    devices();
  }

  bool any_rule(TableId id, const std::function<bool(const SymbolicRule&)>& is) const {
    const SymbolicTable* table = rules_.table(id);
    return table && std::any_of(table->chains.begin(), table->chains.end(), [&](const SymbolicChain& c) { return std::any_of(c.rules.begin(), c.rules.end(), is); });
  }

  bool tests_mark() const {
    const Var mark = space_.of(Field::mark);
    if (mark == no_var) return false;
    const Var end = static_cast<Var>(mark + space_.bit_groups(Field::mark));
    const auto tests = [&](const SymbolicRule& rule) {
      return std::any_of(rule.match.boxes.begin(), rule.match.boxes.end(), [&](const Box& box) {
        return std::any_of(box.limits.begin(), box.limits.end(), [&](const auto& limit) { return limit.first >= mark && limit.first < end; });
      });
    };
    for (std::size_t t = 0; t < table_count; ++t)
      if (any_rule(static_cast<TableId>(t), tests)) return true;
    return false;
  }

  void pasts() {
    const bool raw = rules_.conntrack && any_rule(TableId::raw, [](const SymbolicRule&) { return true; });
    const bool sent = plan_.way == Way::output;
    if (!sent && tests_mark()) past(always(), false);
    if (!raw) return;
    for (const Pred& which : told_early(space_.family(), sent, rules_.relations)) past(which, true);
  }

  void past(const Pred& which, bool told) {
    for (const Box& box : lower(space_, which).boxes) {
      Past past{.start = plan_.start, .told = told};
      for (Var v = space_.of(Field::mark), n = 0; v != no_var && n < space_.bit_groups(Field::mark); ++v, ++n) past.start[v] = space_.everything(v);
      if (narrow(past.start, box)) plan_.pasts.push_back(std::move(past));
    }
  }

  // With a described host only its devices exist.
  void devices() {
    if (!host_) return;
    std::vector<Range> names;
    for (const Interface& i : host_->interfaces) names.push_back({name_word(i.name), name_word(i.name)});
    if (names.size() < 2) return;
    if (plan_.way != Way::output) limit(Field::in_if, names);
    if (plan_.way != Way::input) limit(Field::out_if, names);
  }

  void written() {
    std::vector<bool> so_far(space_.vars().size(), false);
    plan_.written.resize(plan_.stages.size());
    const auto mark = [&](Field field) {
      const Var v = space_.of(field);
      if (v == no_var) return;
      for (unsigned n = 0; n < space_.bit_groups(field); ++n) so_far[v + n] = true;
    };
    for (std::size_t s = plan_.stages.size(); s-- > 0;) {
      const WayStage& stage = plan_.stages[s];
      if (stage.kind == WayStage::Kind::table) {
        for (std::uint16_t chain : chains_from(*rules_.table(stage.table), stage.hook))
          for (const SymbolicRule& rule : rules_.table(stage.table)->chains[chain].rules)
            for (const Change& change : rule.changes)
              if (!(space_[change.var].field == Field::ct_state)) so_far[change.var] = true;
        const bool source = stage.hook == Hook::input || stage.hook == Hook::postrouting;
        if (stage.table == TableId::nat && rules_.translates)
          for (Field f : {source ? Field::src : Field::dst, source ? Field::sport : Field::dport}) mark(f);
      }
      plan_.written[s] = so_far;
    }
  }

  const Symbolic& rules_;
  const Space& space_;
  const Host* host_;
  bool localnet_ = false;
  WayPlan plan_;
};

}  // namespace

std::string_view way_name(Way way) {
  constexpr std::string_view names[] = {"input", "forward", "output"};
  return names[static_cast<std::size_t>(way)];
}

WayPlan plan_way(const Symbolic& rules, Way way, const Host* host) { return Planner(rules, way, host).make(); }

void add_laws(SpaceBuilder& builder, Family family, const Host* host) {
  for (const auto& laws : {conntrack_laws(family, {.resets = true}), arrival_laws(family), routing_laws(family, true, false), std::vector{untracked_by_itself(family)}, sent_laws(family)})
    for (const Pred& law : laws) builder.add(law);
  if (host)
    for (Way way : all_ways)
      for (const Pred& law : host_laws(*host, family, way)) builder.add(law);
  if (host)
    for (const Interface& i : host->interfaces) builder.add(Field::in_if, {name_word(i.name), name_word(i.name)});
  if (host)
    for (const Interface& i : host->interfaces) builder.add(Field::out_if, {name_word(i.name), name_word(i.name)});
  builder.add_masked(Field::mark, 0, 0xffffffff);
  if (builder.asks(Field::ttl)) builder.add(out_of_hops());
  add_sizes(builder, family);
}

}  // namespace fwsim
