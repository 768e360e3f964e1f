#include "model/extension.hh"

#include <algorithm>
#include <array>
#include <cassert>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "model/ruleset.hh"

namespace fwsim {

std::string_view intern(std::string_view name) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> names;
  const std::lock_guard lock(mutex);
  return *names.emplace(name).first;
}

const Given* Use::find(std::string_view option) const {
  if (!extension) return nullptr;
  for (const Given& g : given)
    if (extension->options[g.option].name == option) return &g;
  return nullptr;
}

std::uint64_t Use::number(std::string_view option, std::uint64_t otherwise) const {
  const auto* range = get<NumRange>(option);
  return range ? range->low : otherwise;
}

std::string_view Use::text(std::string_view option, std::string_view otherwise) const {
  const auto* value = get<std::string>(option);
  return value ? std::string_view(*value) : otherwise;
}

bool Use::inverted(std::string_view option) const {
  const Given* g = find(option);
  return g && g->inverted;
}

void Use::put(std::string_view option, Value value, bool inverted) {
  remove(option);
  const auto table = extension->options;
  const auto index = static_cast<std::uint16_t>(
      std::find_if(table.begin(), table.end(), [&](const Option& o) { return o.name == option; }) - table.begin());
  assert(index < table.size());
  const auto at = std::find_if(given.begin(), given.end(), [&](const Given& g) { return g.option > index; });
  given.insert(at, Given{index, inverted, std::move(value)});
}

void Use::remove(std::string_view option) {
  std::erase_if(given, [&](const Given& g) { return extension->options[g.option].name == option; });
}

namespace {

// Of one family, by name.
using Names = std::unordered_map<std::string_view, const Extension*>;

std::array<Names, 2> by_family(std::span<const Extension* const> list) {
  std::array<Names, 2> names;
  for (const Extension* e : list) {
    if (e->v4) names[0].emplace(e->name, e);
    if (e->v6) names[1].emplace(e->name, e);
  }
  return names;
}

const Extension* find(const std::array<Names, 2>& all, std::string_view name, Family family) {
  const Names& names = all[family == Family::v4 ? 0 : 1];
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

std::vector<Range> ranges_of(const Value& value) {
  std::vector<Range> ranges;
  if (const auto* r = std::get_if<NumRange>(&value); r && r->low <= r->high) ranges.push_back({r->low, r->high});
  if (const auto* r = std::get_if<AddressRange>(&value)) ranges.push_back({r->low, r->high});
  if (const auto* list = std::get_if<std::vector<NumRange>>(&value))
    for (const NumRange& r : *list) ranges.push_back({r.low, r.high});
  if (const auto* set = std::get_if<Bits>(&value))
    for (unsigned i = 0; i < 64; ++i)
      if ((set->bits >> i) & 1) ranges.push_back({i, i});
  return ranges;
}

}  // namespace

std::string refusal(const Option& option, std::string_view value) {
  std::string text(option.refused);
  if (const std::size_t at = text.find("{}"); at != text.npos) text.replace(at, 2, value);
  return text;
}

const Extension* find_match(std::string_view name, Family family) {
  if (family == Family::v6 && (name == "icmpv6" || name == "ipv6-icmp")) name = "icmp6";
  static const std::array<Names, 2> matches = by_family(all_matches());
  return find(matches, name, family);
}
const Extension* find_target(std::string_view name, Family family) {
  static const std::array<Names, 2> targets = by_family(all_targets());
  return find(targets, name, family);
}

const Extension* protocol_match(int protocol, Family family) {
  switch (protocol) {
    case 1: return family == Family::v4 ? find_match("icmp", family) : nullptr;
    case 58: return family == Family::v6 ? find_match("icmp6", family) : nullptr;
    case 135: return family == Family::v6 ? find_match("mh", family) : nullptr;
    default: return find_match(protocol_text(static_cast<unsigned>(protocol)), family);
  }
}

Pred value_in_field(Field field, const Value& value, bool inverted) {
  Pred p;
  if (const auto* m = std::get_if<Masked>(&value))
    p = masked(field, m->value, m->mask);
  else if (const auto* net = std::get_if<Prefix>(&value))
    p = masked(field, net->address, net->mask);
  else if (auto ranges = ranges_of(value); !ranges.empty())
    p = in(field, std::move(ranges));
  else
    p = never();
  return inverted ? present_and_not(field, std::move(p)) : p;
}

Pred options_as_fields(const Use& use, Family) {
  std::vector<Pred> parts;
  for (const Given& g : use.given) {
    const Option& option = use.extension->options[g.option];
    if (option.field != Field::none) parts.push_back(value_in_field(option.field, g.value, g.inverted));
  }
  return all(std::move(parts));
}

Meaning meaning_of(const MatchUse& use, Family family) {
  if (!use.extension) return {unknown("match '" + std::string(use.name) + "' is not supported"), never()};
  if (use.extension->modelled == Modelled::opaque)
    return {unknown("match '" + std::string(use.name) + "' is read but not simulated"), never()};
  if (use.extension->match) return use.extension->match(use, family);
  return {options_as_fields(use, family), never()};
}

Actions actions_of(const TargetUse& use, Family family) {
  if (!use.extension || use.extension->modelled == Modelled::opaque || !use.extension->act)
    return {Opaque{std::string(use.name)}};
  return use.extension->act(use, family);
}

void print_given(const Use& use, const Given& given, Family family, std::string& out) {
  const Option& option = use.extension->options[given.option];
  if (given.inverted) out += " !";
  out += " --";
  out += option.name;
  if (option.kind->words == 0) return;
  out += ' ';
  option.kind->print({.family = family, .option = &option, .inverted = given.inverted}, given.value, out);
}

void print_options(const Use& use, Family family, std::string& out) {
  if (!use.extension) {
    out += use.verbatim.text();
    return;
  }
  if (use.extension->print) {
    use.extension->print(use, family, out);
    return;
  }
  // Tables are in the order of printing, and `given` is kept sorted by table position.
  for (const Given& g : use.given)
    if (use.extension->options[g.option].saved != Saved::never) print_given(use, g, family, out);
}

}  // namespace fwsim
