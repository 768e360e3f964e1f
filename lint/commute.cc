#include "lint/commute.hh"

#include <algorithm>

#include "lint/laws.hh"

namespace fwsim {
namespace {

bool ends(const SymbolicRule& rule) {
  switch (rule.ending) {
    case Ending::accept:
    case Ending::drop:
    case Ending::reject: return true;
    default: return false;
  }
}

bool within(const Box& box, const Box& outer) {
  return std::all_of(outer.limits.begin(), outer.limits.end(), [&](const auto& limit) {
    const AtomSet* set = box.find(limit.first);
    return set && limit.second.covers(*set);
  });
}

}  // namespace

Commuting::Commuting(const Symbolic& rules, std::size_t version, const RuleTexts& texts, const AlignOptions& options)
    : rules_(rules), version_(version), texts_(texts), options_(options), nothing_(rules.space->vars().size(), false) {
  for (std::size_t t = 0; t < table_count; ++t)
    if (const auto& table = rules.tables[t]) chains_[t].resize(table->chains.size());
  if (!rules.conntrack) return;
  for (const Pred& law : conntrack_laws(rules.space->family(), rules.relations)) {
    Boxes boxes = lower(*rules.space, law);
    if (boxes.exact) std::move(boxes.boxes.begin(), boxes.boxes.end(), std::back_inserter(laws_));
  }
}

// Whether some packet may be in the box: none is that lies within what a law rules out.
bool Commuting::lawful(const Box& box) const {
  return std::none_of(laws_.begin(), laws_.end(), [&](const Box& law) { return within(box, law); });
}

bool Commuting::apart(TableId table, const std::vector<Box>& a, const std::vector<Box>& b, const std::vector<Box>& except) const {
  for (const Box& x : a)
    for (const Box& y : b) {
      Box both = x;
      if (both.limit(y) && (table == TableId::raw || lawful(both)) && std::none_of(except.begin(), except.end(), [&](const Box& e) { return within(both, e); })) return false;
    }
  return true;
}

// Chains do not call each other in circles.
const Commuting::VarSet& Commuting::written_in(TableId table, std::size_t chain) {
  VarSet& known = chains_[static_cast<std::size_t>(table)][chain];
  if (!known.empty()) return known;
  VarSet all = nothing_;
  for (const SymbolicRule& rule : rules_.table(table)->chains[chain].rules) {
    for (const Change& change : rule.changes) all[change.var] = true;
    if (calls_chain(rule)) {
      const VarSet& inner = written_in(table, rule.chain);
      for (std::size_t v = 0; v < all.size(); ++v) all[v] = all[v] || inner[v];
    }
  }
  return chains_[static_cast<std::size_t>(table)][chain] = std::move(all);
}

const Commuting::VarSet& Commuting::written(const RuleId& id) {
  const SymbolicRule& rule = *rules_.rule(id);
  if (calls_chain(rule)) return written_in(id.table, rule.chain);
  if (rule.changes.empty() || ends(rule)) return nothing_;
  scratch_ = nothing_;
  for (const Change& change : rule.changes) scratch_[change.var] = true;
  return scratch_;
}

// Whether a packet that `writer` has changed may fare otherwise with `rule`.
bool Commuting::disturbs(const RuleId& writer, const SymbolicRule& rule) {
  const VarSet& writes = written(writer);
  if (&writes == &nothing_ || writes == nothing_) return false;
  for (const std::vector<Box>* boxes : {&rule.match.boxes, &rule.hotdrop})
    for (const Box& box : *boxes)
      for (const auto& limit : box.limits)
        if (writes[limit.first]) return true;
  // An inexact condition may read what its boxes do not say.
  return !rule.match.exact;
}

bool Commuting::commute(const RuleId& a, const RuleId& b) {
  const SymbolicRule &x = *rules_.rule(a), &y = *rules_.rule(b);
  if ((idle(x) && x.hotdrop.empty()) || (idle(y) && y.hotdrop.empty())) return true;
  if (disturbs(a, y) || disturbs(b, x)) return false;
  // What both drop in the middle is dropped in either order; but a match before that may have remembered it.
  static const std::vector<Box> none;
  const bool forgets = !x.remembers && !y.remembers;
  const auto hotdrops_apart = [&] {
    return apart(a.table, x.hotdrop, y.match.boxes, forgets ? y.hotdrop : none) && apart(a.table, x.match.boxes, y.hotdrop, forgets ? x.hotdrop : none);
  };
  if (apart(a.table, x.match.boxes, y.match.boxes) && hotdrops_apart()) return true;
  if (x.remembers || y.remembers || x.logs || y.logs) return false;
  const bool same = texts_.target(version_, a) == texts_.target(version_, b);
  if (x.ending == Ending::next && y.ending == Ending::next && x.hotdrop.empty() && y.hotdrop.empty()) {
    if (same && std::all_of(x.changes.begin(), x.changes.end(), [](const Change& c) { return c.kind == Change::Kind::set; }) && x.exact_changes) return true;
    // Each writes what the other neither writes nor copies.
    for (const Change& c : x.changes)
      for (const Change& d : y.changes)
        if (c.var == d.var || c.var == d.from || d.var == c.from) return false;
    return true;
  }
  const bool plain = x.changes.empty() && y.changes.empty() && same && x.ending == y.ending;
  // What one drops in the middle must not be what the other lets pass.
  if (!plain || (x.ending != Ending::drop && !hotdrops_apart())) return false;
  return ends(x) || x.ending == Ending::back || x.ending == Ending::go;
}

}  // namespace fwsim
