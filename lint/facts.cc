#include "lint/facts.hh"

#include <fmt/format.h>

#include <algorithm>

namespace fwsim {

Facts::Facts(const Ruleset& ruleset, const Host* host, const Settings& settings, std::vector<Asked> asked)
    : ruleset_(ruleset), host_(host), settings_(settings), asked_(std::move(asked)), prepared_(prepare({&ruleset}, host)) {
  for (const Table& table : ruleset.tables) {
    const auto t = static_cast<std::size_t>(table.id);
    written_[t].assign(space().vars().size(), false);
    for (std::size_t c = 0; c < table.chains.size(); ++c)
      for (std::size_t r = 0; r < table.chains[c].rules.size(); ++r) {
        const RuleId id{table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(r)};
        all_.push_back(id);
        const SymbolicRule& rule = *rules().rule(id);
        if (rule.ending != Ending::accept)
          for (const Change& change : rule.changes) written_[t][change.var] = true;
      }
    chains_[t].resize(table.chains.size());
  }
  for (const RuleId& id : all_) {
    OfChain& chain = chains_[static_cast<std::size_t>(id.table)][id.chain];
    chain.takes.push_back(find_takes(id));
    if (rules().rule(id)->inert) chain.inert.push_back(id.index);
  }
}

const Explorer::Reached& Facts::reach(const RuleId& id) const {
  auto found = reached_.find(id);
  if (found != reached_.end()) return found->second;
  Explorer::Reached reached;
  if (const auto taker = find_taker(id))
    reached.by = {*taker};
  else
    reached = explorer().reach(id);
  return reached_.emplace(id, std::move(reached)).first->second;
}

const std::vector<RuleId>& Facts::callers(TableId table, std::uint16_t chain) const { return this->table(table).callers[chain]; }

bool Facts::entered(TableId table, std::uint16_t chain) const {
  if (this->table(table).chains[chain].hook) return true;
  const auto& list = callers(table, chain);
  return std::any_of(list.begin(), list.end(), [&](const RuleId& id) { return entered(id.table, id.chain) && !never(id); });
}

const std::vector<bool>& Facts::written(TableId table) const { return written_[static_cast<std::size_t>(table)]; }

std::vector<Piece> Facts::wanted(const RuleId& id) const {
  std::vector<Piece> pieces;
  const SymbolicRule* rule = rules().rule(id);
  const std::vector<Box> any{Box{}};
  for (const Box& box : rule ? rule->match.boxes : any) {
    Piece piece = whole(space());
    for (const auto& [v, set] : box.limits)
      if (!written(id.table)[v]) piece[v] = set;
    const Var state = space().of(Field::ct_state);
    if (id.table == TableId::nat && rules().conntrack && !written(id.table)[state]) piece[state] = piece[state] & space().in(state, {{1, 2}});
    const Var fragment = space().of(Field::frag_off);
    if (rules().defrag && fragment != no_var) piece[fragment] = piece[fragment] & space().in(fragment, {{0, 0}});
    if (std::none_of(piece.begin(), piece.end(), [](const AtomSet& set) { return set.empty(); })) pieces.push_back(std::move(piece));
  }
  return pieces;
}

const std::vector<Box>& Facts::takes(const RuleId& id) const { return chains_[static_cast<std::size_t>(id.table)][id.chain].takes[id.index]; }

const std::vector<Box>& Facts::laws(TableId table, std::uint16_t chain) const {
  auto& laws = chains_[static_cast<std::size_t>(table)][chain].laws;
  if (!laws) laws = find_laws(table, chain);
  return *laws;
}

std::vector<std::uint32_t> Facts::concerned(TableId table, std::uint16_t chain, const Piece& piece, std::uint32_t from, std::uint32_t end) const {
  const SymbolicChain& c = this->table(table).chains[chain];
  std::vector<std::uint32_t> list;
  if (!c.index.worthwhile()) {
    for (std::uint32_t i = from; i < end; ++i) list.push_back(i);
    return list;
  }
  const std::vector<std::uint32_t> active = c.index.overlapping(piece, from, end);
  const auto& inert = chains_[static_cast<std::size_t>(table)][chain].inert;
  std::set_union(active.begin(), active.end(), std::lower_bound(inert.begin(), inert.end(), from), std::lower_bound(inert.begin(), inert.end(), end),
                 std::back_inserter(list));
  return list;
}

std::vector<Box> Facts::find_laws(TableId table, std::uint16_t chain) const {
  const HookSet hooks = explorer().hooks_of_chain(table, chain);
  const HookSet in = set_of(Hook::input), through = set_of(Hook::forward);
  const WayPlan& plan = explorer().plan((hooks & in) == 0 ? Way::forward : Way::input);
  std::vector<Box> laws;
  for (const WayStage& stage : plan.stages)
    if (stage.kind == WayStage::Kind::conntrack || (stage.kind == WayStage::Kind::routing && (hooks & ~(in | through)) == 0))
      laws.insert(laws.end(), stage.laws.begin(), stage.laws.end());
  std::erase_if(laws, [&](const Box& law) {
    return std::any_of(law.limits.begin(), law.limits.end(), [&](const auto& l) {
      return std::any_of(written_.begin(), written_.end(), [&](const auto& w) { return !w.empty() && w[l.first]; });
    });
  });
  return laws;
}

std::vector<Box> Facts::find_takes(const RuleId& id) const {
  const SymbolicRule& rule = *rules().rule(id);
  std::vector<Box> boxes = rule.hotdrop;
  switch (rule.ending) {
    case Ending::accept:
    case Ending::drop:
    case Ending::reject:
    case Ending::back:
    case Ending::go:
      if (rule.match.exact) boxes.insert(boxes.end(), rule.match.boxes.begin(), rule.match.boxes.end());
      break;
    default: break;
  }
  // What is changed in the table may have been another when this rule looked.
  std::erase_if(boxes, [&](const Box& box) {
    return std::any_of(box.limits.begin(), box.limits.end(), [&](const auto& l) { return written(id.table)[l.first]; });
  });
  return boxes;
}

std::string Facts::so_do(const std::vector<RuleId>& more) const {
  return more.empty() ? "" : fmt::format("; so do{} {}", more.size() == 1 ? "es" : "", names(more));
}

bool Facts::remembers(const RuleId& id) const {
  const Rule& rule = rules().source(id);
  return std::any_of(rule.matches.begin(), rule.matches.end(), [](const MatchUse& use) { return !use.extension || !is_pure(use); });
}

bool Facts::only_looks(const RuleId& id) const { return std::holds_alternative<std::monostate>(rules().source(id).target); }

bool Facts::same_target(const RuleId& a, const RuleId& b) const { return rules().source(a).target == rules().source(b).target; }

// --- names ---------------------------------------------------------------------------------------

Spot Facts::place(const RuleId& id) const { return {id, rules().name(id), ruleset_.file, rules().line(id)}; }

Spot Facts::chain_place(TableId table, std::uint16_t chain) const {
  const Chain& c = ruleset_.find(table)->chains[chain];
  return {{table, chain, 0}, fmt::format("{}/{}", table_name(table), c.name), ruleset_.file, c.line};
}

std::string Facts::names(const std::vector<RuleId>& list, std::size_t most) const {
  std::string text;
  const std::size_t shown = list.size() <= most ? list.size() : most - 1;
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : i + 1 == list.size() ? " and " : ", ") + place(list[i]).text();
  if (shown < list.size()) text += fmt::format(" and {} more", list.size() - shown);
  return text;
}

std::string Facts::target(const RuleId& id) const {
  const Chain& chain = ruleset_.find(id.table)->chains[id.chain];
  if (id.index >= chain.rules.size()) return chain.hook ? (chain.policy == Verdict::drop ? "DROP" : "ACCEPT") : "RETURN";
  const auto& target = chain.rules[id.index].target;
  if (const auto* verdict = std::get_if<Verdict>(&target)) {
    constexpr const char* words[] = {"ACCEPT", "DROP", "RETURN", "QUEUE"};
    return words[static_cast<std::size_t>(*verdict)];
  }
  if (const auto* jump = std::get_if<Jump>(&target)) return ruleset_.find(id.table)->chains[static_cast<std::size_t>(jump->chain)].name;
  if (const auto* use = std::get_if<TargetUse>(&target)) return std::string(use->name);
  return "count";
}

}  // namespace fwsim
