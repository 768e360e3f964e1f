#include "lint/merge.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lint/commute.hh"
#include "lint/known_sets.hh"
#include "lint/merge_values.hh"
#include "lint/prepare.hh"

namespace fwsim {
namespace {

constexpr std::size_t least_for_set = 4, most_comment = 255, most_name = 31, most_behind = 512;
constexpr std::uint64_t most_questions = 4'000'000;

bool harmless(const Rule& rule) {
  for (const MatchUse& use : rule.matches)
    if (!use.extension || use.extension->memory != Memory::none || use.extension->modelled == Modelled::opaque) return false;
  if (const auto* verdict = std::get_if<Verdict>(&rule.target)) return *verdict != Verdict::queue;
  if (std::holds_alternative<Jump>(rule.target)) return true;
  const auto* target = std::get_if<TargetUse>(&rule.target);
  return target && target->extension && target->extension->memory == Memory::none && target->extension->modelled != Modelled::opaque;
}

// A rule without target is there to count: it shall see the same packets.
bool counts(const Rule& rule) { return std::holds_alternative<std::monostate>(rule.target); }

std::string_view comment_of(const Rule& rule) {
  for (const MatchUse& use : rule.matches)
    if (use.name == "comment") return use.text("comment");
  return {};
}

struct Member {
  std::uint32_t index = 0;
  MergeValue value;
};
struct Group {
  Rule rest;
  std::vector<Member> members;
};

class Chains {
 public:
  Chains(const Ruleset& ruleset, const MergeOptions& options)
      : ruleset_(ruleset), options_(options), known_(with_known_sets(ruleset, options.known)), prepared_(prepare({&known_}, nullptr)),
        texts_(*prepared_.rules[0], *prepared_.rules[0]), commuting_(*prepared_.rules[0], 0, texts_, {.logs = true}) {
    for (const auto& set : options.known) names_.insert(set.first);
    for (const Table& table : ruleset.tables)
      for (const Chain& chain : table.chains)
        for (const Rule& rule : chain.rules) name_sets(rule);
  }

  std::vector<Merge> run() {
    for (const Table& table : ruleset_.tables)
      for (std::size_t c = 0; c < table.chains.size(); ++c) chain(table, static_cast<std::uint16_t>(c));
    return std::move(out_);
  }

 private:
  void name_sets(const Rule& rule) {
    const auto take = [&](const Use& use) {
      for (const Given& given : use.given)
        if (const auto* text = std::get_if<std::string>(&given.value)) names_.insert(text->substr(0, text->find(' ')));
    };
    for (const MatchUse& use : rule.matches)
      if (use.name == "set") take(use);
    if (const auto* use = std::get_if<TargetUse>(&rule.target)) take(*use);
  }

  void chain(const Table& table, std::uint16_t c) {
    const Chain& chain = table.chains[c];
    if (chain.rules.size() < 2) return;
    taken_.assign(chain.rules.size(), false);
    for (const MergeKind& kind : merge_kinds())
      if (!options_.sets || kind.address)
        for (Group& group : groups(table, c, kind)) merge(table, c, kind, group);
  }

  // Rules that are the same but for one thing, and may stand together where the first of them stands.
  std::vector<Group> groups(const Table& table, std::uint16_t c, const MergeKind& kind) {
    std::vector<Group> out;
    std::map<std::string, std::size_t> open;
    const std::vector<Rule>& rules = table.chains[c].rules;
    for (std::uint32_t i = 0; i < rules.size(); ++i) {
      const RuleId id{table.id, c, i};
      if (taken_[i] || !harmless(rules[i]) || (options_.allowed && !options_.allowed(id))) continue;
      Rule rest = rules[i];
      auto value = kind.take(rest);
      if (!value || (kind.address && prefix_length(ruleset_.family, value->address.mask) <= 0)) continue;
      const auto [at, fresh] = open.try_emplace(condition_text(rest, ruleset_.family) + "\n" + target_text(rest, table, ruleset_.family), out.size());
      if (!fresh && !may_join(rules, id, out[at->second])) {
        at->second = out.size();
        out.push_back({std::move(rest), {{i, std::move(*value)}}});
      } else if (fresh) {
        out.push_back({std::move(rest), {{i, std::move(*value)}}});
      } else {
        out[at->second].members.push_back({i, std::move(*value)});
      }
    }
    std::erase_if(out, [](const Group& group) { return group.members.size() < 2; });
    return out;
  }

  // Whether the rule may go up to the first of the group.
  bool may_join(const std::vector<Rule>& rules, const RuleId& id, const Group& group) {
    std::size_t other = group.members.size(), passed = 0;
    for (std::uint32_t j = id.index; j-- > group.members.front().index;) {
      while (other > 0 && group.members[other - 1].index > j) --other;
      if (other > 0 && group.members[other - 1].index == j) continue;
      if (++passed > most_behind || ++questions_ > most_questions || counts(rules[j])) return false;
      if (!commuting_.commute({id.table, id.chain, j}, id)) return false;
    }
    return true;
  }

  void merge(const Table& table, std::uint16_t c, const MergeKind& kind, Group& group) {
    if (options_.sets)
      list(table, c, kind, group);
    else if (kind.address)
      prefixes(table, c, kind, group);
    else if (kind.by == "states")
      states(table, c, kind, group);
    else
      ports(table, c, kind, group);
  }

  // As few lists of ports as fit.
  void ports(const Table& table, std::uint16_t c, const MergeKind& kind, Group& group) {
    std::stable_sort(group.members.begin(), group.members.end(), [](const Member& a, const Member& b) { return a.value.ports.front().low < b.value.ports.front().low; });
    std::vector<Group> lists;
    for (Member& m : group.members) {
      const auto together = [&](const Group& list) {
        std::vector<NumRange> both = list.members.front().value.ports;
        both.insert(both.end(), m.value.ports.begin(), m.value.ports.end());
        return joined_ports(std::move(both));
      };
      const auto fits = std::find_if(lists.begin(), lists.end(), [&](const Group& list) { return slots_of(together(list)) <= most_port_slots; });
      if (fits == lists.end()) {
        lists.push_back({group.rest, {std::move(m)}});
      } else {
        fits->members.front().value.ports = together(*fits);
        fits->members.push_back(std::move(m));
      }
    }
    for (Group& list : lists) {
      const MergeValue value = list.members.front().value;   // add() puts them into another order
      add(table, c, kind, list, value);
    }
  }

  void states(const Table& table, std::uint16_t c, const MergeKind& kind, Group& group) {
    MergeValue value;
    for (const Member& m : group.members) value.states |= m.value.states;
    add(table, c, kind, group, value);
  }

  // Networks that lie in others, and halves that are a whole together.
  void prefixes(const Table& table, std::uint16_t c, const MergeKind& kind, Group& group) {
    const Family family = ruleset_.family;
    std::map<std::pair<u128, u128>, Group> by_prefix;   // mask, address: the widest last
    for (Member& m : group.members) {
      Group& g = by_prefix[{m.value.address.mask, m.value.address.address}];
      g.rest = group.rest;
      g.members.push_back(std::move(m));
    }
    for (unsigned length = address_bits(family); length > 1; --length) {
      const u128 mask = prefix_mask(family, length), wider = prefix_mask(family, length - 1);
      for (auto at = by_prefix.lower_bound({mask, 0}); at != by_prefix.end() && at->first.first == mask;) {
        const u128 address = at->first.second, half = mask & ~wider;
        const auto other = by_prefix.find({mask, address ^ half});
        if ((address & half) != 0 || other == by_prefix.end()) {
          ++at;
          continue;
        }
        Group& whole = by_prefix[{wider, address}];
        whole.rest = group.rest;
        for (auto part : {at, other}) std::move(part->second.members.begin(), part->second.members.end(), std::back_inserter(whole.members));
        at = by_prefix.erase(at);
        if (at == other) ++at;
        by_prefix.erase(other);
      }
    }
    for (auto at = by_prefix.begin(); at != by_prefix.end();) {
      const auto& [mask, address] = at->first;
      auto into = by_prefix.end();
      for (int length = prefix_length(family, mask) - 1; length > 0 && into == by_prefix.end(); --length)
        into = by_prefix.find({prefix_mask(family, static_cast<unsigned>(length)), address & prefix_mask(family, static_cast<unsigned>(length))});
      if (into == by_prefix.end()) {
        ++at;
        continue;
      }
      std::move(at->second.members.begin(), at->second.members.end(), std::back_inserter(into->second.members));
      at = by_prefix.erase(at);
    }
    for (auto& [key, g] : by_prefix) add(table, c, kind, g, {.ports = {}, .address = {key.second, key.first}});
  }

  void list(const Table& table, std::uint16_t c, const MergeKind& kind, Group& group) {
    if (group.members.size() < least_for_set) return;
    const Family family = ruleset_.family;
    const bool source = kind.by == "source addresses";
    IpSet set;
    const bool hosts = std::all_of(group.members.begin(), group.members.end(), [&](const Member& m) { return m.value.address.mask == address_mask(family); });
    set.type = find_set_type(hosts ? "hash:ip" : "hash:net");
    set.family = family;
    set.name = new_name(table.chains[c].name, source ? "src" : "dst");
    set.place = static_cast<unsigned>(names_.size());
    set.maxelem = std::max<std::uint32_t>(set.maxelem, static_cast<std::uint32_t>(group.members.size()));
    const std::vector<Rule>& rules = table.chains[c].rules;
    const auto comment = [&](const Member& m) { return comment_of(rules[m.index]); };
    const bool sayable = std::none_of(group.members.begin(), group.members.end(), [&](const Member& m) { return comment(m).find('"') != std::string_view::npos; });
    std::set<std::pair<u128, u128>> there;
    for (const Member& m : group.members) {
      if (!there.emplace(m.value.address.address, m.value.address.mask).second) continue;
      SetElement e{.first = m.value.address.address, .first_length = static_cast<std::uint8_t>(prefix_length(family, m.value.address.mask))};
      if (sayable && !comment(m).empty()) {
        set.comment = true;
        set.make_extra(e).comment = comment(m);
      }
      set.elements.push_back(e);
    }
    MatchUse use;
    use.extension = find_match("set", family);
    use.name = use.extension->name;
    use.put("match-set", fmt::format("{} {}", set.name, source ? "src" : "dst"));
    group.rest.matches.insert(group.rest.matches.begin(), std::move(use));   // before what drops packets whose header is cut short
    add(table, c, kind, group, {}, std::move(set));
  }

  std::string new_name(const std::string& chain, std::string_view side) {
    std::string name;
    for (unsigned n = 1; name.empty() || !names_.insert(name).second; ++n) {
      const std::string end = fmt::format("-{}{}", side, n == 1 ? "" : fmt::format("-{}", n));
      name = chain.substr(0, most_name - end.size()) + end;
    }
    return name;
  }

  void add(const Table& table, std::uint16_t c, const MergeKind& kind, Group& group, const MergeValue& value, std::optional<IpSet> set = {}) {
    if (group.members.size() < 2) return;
    const std::vector<Rule>& rules = table.chains[c].rules;
    std::sort(group.members.begin(), group.members.end(), [](const Member& a, const Member& b) { return a.index < b.index; });
    Merge merge{.table = table.id, .chain = c, .rules = {}, .result = group.rest, .by = kind.by, .set = {}};
    if (!set) kind.put(merge.result, value, ruleset_.family);
    merge.result.counters = {};
    merge.result.line = rules[group.members.front().index].line;
    for (const Member& m : group.members) {
      merge.rules.push_back(m.index);
      taken_[m.index] = true;
      merge.result.counters.packets += rules[m.index].counters.packets;
      merge.result.counters.bytes += rules[m.index].counters.bytes;
    }
    if (set && set->comment)
      std::erase_if(merge.result.matches, [](const MatchUse& use) { return use.name == "comment"; });
    else
      comment(merge.result, group, rules);
    merge.set = std::move(set);
    out_.push_back(std::move(merge));
  }

  // All comments that differ, as far as they fit.
  void comment(Rule& result, const Group& group, const std::vector<Rule>& rules) const {
    std::vector<std::string_view> all;
    for (const Member& m : group.members)
      if (const std::string_view text = comment_of(rules[m.index]); !text.empty() && std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
    if (all.empty()) return;
    std::string text(all.front());
    constexpr std::string_view more = "; ...";
    for (std::size_t i = 1; i < all.size(); ++i) {
      const bool last = i + 1 == all.size();
      if (text.size() + 2 + all[i].size() + (last ? 0 : more.size()) > most_comment) {
        if (text.size() + more.size() <= most_comment) text += more;
        break;
      }
      text += fmt::format("; {}", all[i]);
    }
    for (MatchUse& use : result.matches)
      if (use.name == "comment") return use.put("comment", text);
    MatchUse use;
    use.extension = find_match("comment", ruleset_.family);
    use.name = use.extension->name;
    use.put("comment", text);
    result.matches.push_back(std::move(use));
  }

  const Ruleset& ruleset_;
  const MergeOptions& options_;
  const Ruleset known_;
  const Prepared prepared_;
  const RuleTexts texts_;
  Commuting commuting_;
  std::set<std::string, std::less<>> names_;
  std::vector<bool> taken_;   // rules of the chain that are in a merge
  std::uint64_t questions_ = 0;
  std::vector<Merge> out_;
};

}  // namespace

std::vector<Merge> find_merges(const Ruleset& ruleset, const MergeOptions& options) { return Chains(ruleset, options).run(); }

}  // namespace fwsim
