#include "model/ruleset.hh"

#include <fmt/format.h>

namespace fwsim {

const Chain* Table::find(std::string_view name) const {
  const int i = index(name);
  return i < 0 ? nullptr : &chains[static_cast<std::size_t>(i)];
}

int Table::index(std::string_view name) const {
  for (std::size_t i = 0; i < chains.size(); ++i)
    if (chains[i].name == name) return static_cast<int>(i);
  return -1;
}

const Chain* Table::at(Hook hook) const {
  for (const Chain& chain : chains)
    if (chain.hook == hook) return &chain;
  return nullptr;
}

const Table* Ruleset::find(TableId id) const {
  for (const Table& table : tables)
    if (table.id == id) return &table;
  return nullptr;
}

Meaning meaning_of(const BasicMatch& b, Family family) {
  std::vector<Pred> parts;
  const auto add = [&](Field field, const Prefix& p, bool inverted, bool written) {
    if (p.mask == 0 && !inverted && !written) return;
    Pred test = masked(field, p.address, p.mask);
    parts.push_back(inverted ? negation(std::move(test)) : std::move(test));
  };
  add(Field::src, b.src, b.not_src, false);
  add(Field::dst, b.dst, b.not_dst, false);
  add(Field::in_if, b.in(), b.not_in, false);
  add(Field::out_if, b.out(), b.not_out, false);
  Pred hotdrop = never();
  if (b.proto != 0) {
    Pred test = is(Field::proto, b.proto);
    parts.push_back(b.not_proto ? present_and_not(Field::proto, std::move(test)) : std::move(test));
    // The walk over the extension headers comes after the addresses and devices were compared.
    if (family == Family::v6) {
      std::vector<Pred> lost(parts.begin(), parts.end() - 1);
      lost.push_back(negation(present(Field::proto)));
      hotdrop = all(std::move(lost));
    }
  }
  if (b.fragment) {
    Pred later = in(Field::frag_off, Range{1, 0x1fff});
    parts.push_back(b.not_fragment ? negation(std::move(later)) : std::move(later));
  }
  return {all(std::move(parts)), std::move(hotdrop)};
}

namespace {

template <class Asks>
bool any_extension(const Ruleset& ruleset, Asks asks) {
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules) {
        for (const MatchUse& match : rule.matches)
          if (match.extension && asks(match, *match.extension)) return true;
        if (const auto* target = std::get_if<TargetUse>(&rule.target))
          if (target->extension && asks(*target, *target->extension)) return true;
      }
  return false;
}

}  // namespace

bool needs_conntrack(const Ruleset& ruleset) {
  return any_extension(ruleset, [](const Use& use, const Extension& e) {
    return e.conntrack && !(e.is_target && e.name == "CT" && use.has("notrack"));
  });
}

bool needs_defrag(const Ruleset& ruleset) {
  return needs_conntrack(ruleset) || any_extension(ruleset, [](const Use&, const Extension& e) { return e.defrag; });
}

bool uses_match(const Ruleset& ruleset, std::string_view name) {
  return any_extension(ruleset, [&](const Use&, const Extension& e) { return !e.is_target && e.name == name; });
}

std::string rule_name(TableId table, const Chain& chain, std::size_t index) {
  if (index < chain.rules.size()) return fmt::format("{}/{}/{}", table_name(table), chain.name, index + 1);
  return fmt::format("{}/{}/{}", table_name(table), chain.name, chain.hook ? "policy" : "return");
}

}  // namespace fwsim
