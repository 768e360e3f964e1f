// Rules that have the same text are taken for the same; of these the most that stand in the same order stay where they
// are, and the others have moved. A moved rule counts as changed when it passed one that it does not commute with:
// without such rules the two chains are the same trace (Mazurkiewicz), and no packet can tell them apart. Several rules
// that became one are still there, each where the one stands.
#include "lint/align.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/commute.hh"
#include "lint/unions.hh"

namespace fwsim {
namespace {

std::string text_of(const BasicMatch& b) {
  std::string text;
  for (u128 word : {b.src.address, b.src.mask, b.dst.address, b.dst.mask, b.in().address, b.in().mask, b.out().address, b.out().mask})
    for (unsigned i = 0; i < 16; ++i) text += static_cast<char>(static_cast<unsigned char>(word >> (8 * i)));
  text += static_cast<char>(b.proto);
  for (bool flag : {b.fragment, b.not_src, b.not_dst, b.not_in, b.not_out, b.not_proto, b.not_fragment, b.any_in_given, b.any_out_given})
    text += flag ? '1' : '0';
  return text;
}

std::string use_text(const Use& use, Family family) {
  std::string text(use.name);
  if (use.extension)
    print_options(use, family, text);
  else
    text += " " + use.verbatim.text();
  return text;
}

// What the rule matches, whatever words it has for it: the boxes of its pure part, in any order, and what it asks beyond.
std::string meaning_text(const Rule& rule, const SymbolicRule& symbolic, Family family) {
  const bool asks = std::any_of(rule.matches.begin(), rule.matches.end(), [](const MatchUse& m) { return !is_pure(m); });
  if (!symbolic.match.exact && !asks) return condition_text(rule, family);   // too much for boxes
  std::vector<std::string> boxes;
  for (const Box& box : symbolic.match.boxes) {
    std::string& text = boxes.emplace_back();
    for (const auto& [var, set] : box.limits) {
      text += fmt::format("{}:", var);
      for (const AtomInterval& i : set.intervals()) text += fmt::format("{}-{},", i.low, i.high);
    }
  }
  std::sort(boxes.begin(), boxes.end());
  std::string text = "meaning";
  for (const std::string& box : boxes) text += "\n" + box;
  for (const MatchUse& match : rule.matches)
    if (!is_pure(match)) text += "\n" + use_text(match, family);
  return text;
}

std::string notes_text(const Rule& rule, Family family) {
  std::string text;
  for (const MatchUse& match : rule.matches)
    if (!is_pure(match)) text += use_text(match, family) + "\n";
  if (const auto* use = std::get_if<TargetUse>(&rule.target)) text += use_text(*use, family);
  return text;
}

}  // namespace

std::string condition_text(const Rule& rule, Family family) {
  std::string text = text_of(rule.basic);
  for (const MatchUse& match : rule.matches)
    if (match.name != "comment") text += "\n" + use_text(match, family);
  return text;
}

std::string target_text(const Rule& rule, const Table& table, Family family) {
  if (const auto* verdict = std::get_if<Verdict>(&rule.target)) {
    constexpr const char* names[] = {"ACCEPT", "DROP", "RETURN", "QUEUE"};
    return names[static_cast<std::size_t>(*verdict)];
  }
  if (const auto* jump = std::get_if<Jump>(&rule.target))
    return (jump->go ? "-g " : "-j ") + table.chains[static_cast<std::size_t>(jump->chain)].name;
  if (const auto* use = std::get_if<TargetUse>(&rule.target)) return use_text(*use, family);
  return {};
}

RuleTexts::RuleTexts(const Symbolic& before, const Symbolic& after, bool by_meaning) : by_meaning_(by_meaning) {
  number({});
  add(0, before);
  add(1, after);
}

int RuleTexts::number(std::string text) {
  const auto [at, fresh] = known_.emplace(text, static_cast<int>(texts_.size()));
  if (fresh) texts_.push_back(std::move(text));
  return at->second;
}

void RuleTexts::add(std::size_t version, const Symbolic& rules) {
  for (const Table& table : rules.ruleset->tables) {
    auto& chains = numbers_[version][static_cast<std::size_t>(table.id)];
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      auto& list = chains.emplace_back();
      for (std::size_t r = 0; r < table.chains[c].rules.size(); ++r) {
        const Rule& rule = table.chains[c].rules[r];
        list.push_back({number(by_meaning_ ? meaning_text(rule, rules.table(table.id)->chains[c].rules[r], rules.ruleset->family) : condition_text(rule, rules.ruleset->family)), number(target_text(rule, table, rules.ruleset->family)),
                        number(notes_text(rule, rules.ruleset->family))});
      }
      list.emplace_back();   // the end
    }
  }
}

namespace {

using Places = std::vector<std::pair<std::uint32_t, std::uint32_t>>;   // before, after

// The longest part of the list, which is in order of `before`, that is in order of `after` too.
std::vector<bool> longest_rising(const Places& places) {
  std::vector<std::size_t> tails, previous(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto at = std::lower_bound(tails.begin(), tails.end(), places[i].second, [&](std::size_t t, std::uint32_t x) { return places[t].second < x; });
    previous[i] = at == tails.begin() ? places.size() : *std::prev(at);
    if (at == tails.end())
      tails.push_back(i);
    else
      *at = i;
  }
  std::vector<bool> stays(places.size(), false);
  for (std::size_t i = tails.empty() ? places.size() : tails.back(); i < places.size(); i = previous[i]) stays[i] = true;
  return stays;
}

class Aligner {
 public:
  Aligner(const Symbolic& before, const Symbolic& after, const RuleTexts& texts, const AlignOptions& options)
      : rules_{&before, &after}, texts_(texts), commuting_(after, 1, texts, options), old_commuting_(before, 0, texts, options) {}

  Alignment run() {
    for (std::size_t t = 0; t < table_count; ++t) table(static_cast<TableId>(t));
    for (std::size_t v = 0; v < 2; ++v) {
      std::set<RuleId> effective;
      std::set<std::pair<TableId, std::size_t>> entered;
      for (const RuleId& id : changed_[v]) expand(v, id, true, effective, entered);
      out_.changed[v].assign(effective.begin(), effective.end());
      out_.only[v] = std::move(changed_[v]);
    }
    return std::move(out_);
  }

 private:
  void table(TableId id) {
    const Table *old = rules_[0]->ruleset->find(id), *now = rules_[1]->ruleset->find(id);
    for (std::size_t d = 0; now && d < now->chains.size(); ++d) {
      const int c = old ? old->index(now->chains[d].name) : -1;
      if (c >= 0)
        chains(id, static_cast<std::size_t>(c), d);
      else
        only(1, id, d, now->chains[d]);
    }
    for (std::size_t c = 0; old && c < old->chains.size(); ++c)
      if (!now || now->index(old->chains[c].name) < 0) only(0, id, c, old->chains[c]);
  }

  RuleId rule_id(TableId table, std::size_t chain, std::size_t index) const {
    return {table, static_cast<std::uint16_t>(chain), static_cast<std::uint32_t>(index)};
  }

  // A chain that the other version lacks. Of the user's only those are of interest that some changed rule calls.
  void only(std::size_t version, TableId id, std::size_t c, const Chain& chain) {
    if (!chain.hook) return;
    for (std::size_t i = 0; i < chain.rules.size(); ++i) changed_[version].push_back(rule_id(id, c, i));
    if (chain.policy != Verdict::accept) changed_[version].push_back(rule_id(id, c, chain.rules.size()));
  }

  void chains(TableId id, std::size_t c, std::size_t d) {
    const Chain &old = rules_[0]->ruleset->find(id)->chains[c], &now = rules_[1]->ruleset->find(id)->chains[d];
    if (old.policy != now.policy) {
      changed_[0].push_back(rule_id(id, c, old.rules.size()));
      changed_[1].push_back(rule_id(id, d, now.rules.size()));
    }
    // The rules with each text, in order; those in the same place at both ends are paired first.
    const auto same = [&](std::size_t i, std::size_t j) {
      const RuleId a = rule_id(id, c, i), b = rule_id(id, d, j);
      return texts_.condition(0, a) == texts_.condition(1, b) && texts_.target(0, a) == texts_.target(1, b);
    };
    std::size_t head = 0, old_end = old.rules.size(), now_end = now.rules.size();
    while (head < old_end && head < now_end && same(head, head)) ++head;
    while (old_end > head && now_end > head && same(old_end - 1, now_end - 1)) --old_end, --now_end;
    std::map<std::pair<int, int>, std::vector<std::uint32_t>> waiting;
    for (std::size_t j = now_end; j-- > head;) {
      const RuleId b = rule_id(id, d, j);
      waiting[{texts_.condition(1, b), texts_.target(1, b)}].push_back(static_cast<std::uint32_t>(j));
    }
    Places places;
    std::vector<std::uint32_t> gone, fresh;
    for (std::size_t i = head; i < old_end; ++i) {
      const RuleId a = rule_id(id, c, i);
      auto& list = waiting[{texts_.condition(0, a), texts_.target(0, a)}];
      if (list.empty()) {
        gone.push_back(static_cast<std::uint32_t>(i));
      } else {
        places.emplace_back(static_cast<std::uint32_t>(i), list.back());
        list.pop_back();
      }
    }
    for (const auto& [text, list] : waiting) fresh.insert(fresh.end(), list.begin(), list.end());
    std::sort(fresh.begin(), fresh.end());
    unions(id, c, d, places, gone, fresh);
    for (std::uint32_t i : gone) change(0, rule_id(id, c, i));
    for (std::uint32_t j : fresh) change(1, rule_id(id, d, j));
    moves(id, c, d, places);
  }

  // Rules that became one: they match together what it does, do the same, and may stand where it stands. As far as any
  // packet can tell they are still there, and are taken out of `gone` and `fresh`.
  void unions(TableId id, std::size_t c, std::size_t d, const Places& places, std::vector<std::uint32_t>& gone, std::vector<std::uint32_t>& fresh) {
    if (gone.size() < 2 || fresh.empty() || fresh.size() > most_unions) return;
    Places found;   // of all rules that are still there: before, after
    std::vector<std::uint32_t> left;
    for (std::uint32_t j : fresh) {
      const std::vector<std::uint32_t> parts = parts_of(id, c, d, j, gone);
      const bool same = parts.size() > 1 && std::all_of(parts.begin(), parts.end(), [&](std::uint32_t i) { return may_stand(id, c, i, j, places) && may_stand(id, c, i, j, found); });
      if (!same) {
        left.push_back(j);
        continue;
      }
      for (std::uint32_t i : parts) found.emplace_back(i, j);
      std::erase_if(gone, [&](std::uint32_t i) { return std::binary_search(parts.begin(), parts.end(), i); });
      out_.joined += parts.size();
    }
    fresh = std::move(left);
  }

  // The old rules that rule `j` stands for now; none when they are not all of what it matches.
  std::vector<std::uint32_t> parts_of(TableId id, std::size_t c, std::size_t d, std::uint32_t j, const std::vector<std::uint32_t>& gone) const {
    const RuleId now = rule_id(id, d, j);
    const SymbolicRule& rule = *rules_[1]->rule(now);
    const Space& space = *rules_[1]->space;
    if (!decides_alone(rule)) return {};
    std::vector<std::uint32_t> parts;
    std::vector<Box> boxes, hotdrop;
    for (std::uint32_t i : gone) {
      const RuleId old = rule_id(id, c, i);
      const SymbolicRule& part = *rules_[0]->rule(old);
      if (texts_.target(0, old) != texts_.target(1, now) || !decides_alone(part)) continue;
      const bool within = std::all_of(part.match.boxes.begin(), part.match.boxes.end(), [&](const Box& box) {
        Piece piece = whole(space);
        return !narrow(piece, box) || subtract(piece, rule.match.boxes).empty();
      });
      if (!within) continue;
      parts.push_back(i);
      boxes.insert(boxes.end(), part.match.boxes.begin(), part.match.boxes.end());
      hotdrop.insert(hotdrop.end(), part.hotdrop.begin(), part.hotdrop.end());
    }
    // What one of them drops in the middle must not be what another would match.
    const auto clear = [&](const Box& x) { return std::all_of(rule.match.boxes.begin(), rule.match.boxes.end(), [&](const Box& y) { return disjoint(x, y); }); };
    const bool same = same_union(space, boxes, rule.match.boxes) && same_union(space, hotdrop, rule.hotdrop) && std::all_of(rule.hotdrop.begin(), rule.hotdrop.end(), clear);
    return same ? parts : std::vector<std::uint32_t>();
  }

  // Whether old rule `i` may stand where new rule `j` does, as far as these are concerned.
  bool may_stand(TableId id, std::size_t c, std::uint32_t i, std::uint32_t j, const Places& others) {
    return std::all_of(others.begin(), others.end(), [&](const auto& other) {
      const bool passed = other.second != j && (other.first < i) != (other.second < j);
      return !passed || old_commuting_.commute(rule_id(id, c, i), rule_id(id, c, other.first));
    });
  }

  void moves(TableId id, std::size_t c, std::size_t d, const Places& places) {
    const std::vector<bool> stays = longest_rising(places);
    const SymbolicChain& chain = rules_[1]->table(id)->chains[d];
    std::map<std::uint32_t, std::uint32_t> was;   // after -> before, of what is still the same
    for (const auto& [before, after] : places) was[after] = before;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (stays[i]) continue;
      const auto [before, after] = places[i];
      if (commutes_with_all(id, d, chain, before, after, was)) {
        ++out_.moved;
        continue;
      }
      was.erase(after);
      change(0, rule_id(id, c, before));
      change(1, rule_id(id, d, after));
    }
  }

  bool commutes_with_all(TableId id, std::size_t d, const SymbolicChain& chain, std::uint32_t before, std::uint32_t after,
                         const std::map<std::uint32_t, std::uint32_t>& was) {
    const SymbolicRule& rule = chain.rules[after];
    if (commuting_.idle(rule) && rule.hotdrop.empty()) return true;
    const auto passed = [&](std::uint32_t other) {
      const auto at = was.find(other);
      return at != was.end() && other != after && (at->second < before) != (other < after);
    };
    // What a rule writes can bring packets to rules that it does not overlap.
    if (!commuting_.writes(rule_id(id, d, after)) && chain.index.worthwhile()) {
      std::vector<Box> boxes = rule.match.boxes;
      boxes.insert(boxes.end(), rule.hotdrop.begin(), rule.hotdrop.end());
      for (const Box& box : boxes) {
        Piece piece = whole(*rules_[1]->space);
        if (!narrow(piece, box)) continue;
        for (std::uint32_t other : chain.index.overlapping(piece, 0, static_cast<std::uint32_t>(chain.rules.size())))
          if (passed(other) && !commuting_.commute(rule_id(id, d, after), rule_id(id, d, other))) return false;
      }
      // The others' writes, likewise.
      for (std::uint32_t other : writers(id, d, chain))
        if (passed(other) && !commuting_.commute(rule_id(id, d, after), rule_id(id, d, other))) return false;
      return true;
    }
    for (const auto& entry : was)
      if (passed(entry.first) && !commuting_.commute(rule_id(id, d, after), rule_id(id, d, entry.first))) return false;
    return true;
  }

  const std::vector<std::uint32_t>& writers(TableId id, std::size_t d, const SymbolicChain& chain) {
    const auto [at, fresh] = writers_.try_emplace({id, d});
    if (fresh)
      for (std::uint32_t i = 0; i < chain.rules.size(); ++i)
        if (commuting_.writes(rule_id(id, d, i))) at->second.push_back(i);
    return at->second;
  }

  void change(std::size_t version, const RuleId& id) { changed_[version].push_back(id); }

  // A rule that does something by itself stands for itself; a jump for what it leads to, since packets that nothing
  // there touches come back as they went.
  void expand(std::size_t v, const RuleId& id, bool changed, std::set<RuleId>& effective, std::set<std::pair<TableId, std::size_t>>& entered) {
    const SymbolicRule* rule = rules_[v]->rule(id);
    if (!rule) {
      effective.insert(id);
      return;
    }
    const bool call = rule->ending == Ending::jump || rule->ending == Ending::go;
    if (!rule->hotdrop.empty() || rule->remembers) effective.insert(id);
    const bool on_the_way = call && (rule->ending == Ending::jump || !changed);
    if (!on_the_way) {
      if (!commuting_.idle(*rule) && (changed || rule->ending != Ending::back)) effective.insert(id);
      return;
    }
    if (!entered.emplace(id.table, rule->chain).second) return;
    const std::size_t size = rules_[v]->table(id.table)->chains[rule->chain].rules.size();
    for (std::size_t i = 0; i < size; ++i) expand(v, rule_id(id.table, rule->chain, i), false, effective, entered);
  }

  std::array<const Symbolic*, 2> rules_;
  static constexpr std::size_t most_unions = 2000;   // of a chain

  const RuleTexts& texts_;
  Commuting commuting_, old_commuting_;   // of the new rules, of the old ones
  std::array<std::vector<RuleId>, 2> changed_;
  std::map<std::pair<TableId, std::size_t>, std::vector<std::uint32_t>> writers_;
  Alignment out_;
};

}  // namespace

Alignment align(const Symbolic& before, const Symbolic& after, const RuleTexts& texts, const AlignOptions& options) {
  return Aligner(before, after, texts, options).run();
}

}  // namespace fwsim
