#include "lint/known_sets.hh"

#include <algorithm>
#include <optional>

namespace fwsim {
namespace {

constexpr std::string_view sides[] = {"src", "dst"};

Meaning meaning(const MatchUse& use, Family) {
  std::vector<Range> ranges;
  for (const Given& given : use.given) {
    const auto& r = std::get<AddressRange>(given.value);
    if (r.low <= r.high) ranges.push_back({r.low, r.high});
  }
  const Given& first = use.given.front();
  Pred inside = ranges.empty() ? never() : in(use.extension->options[first.option].field, std::move(ranges));
  return {first.inverted ? negation(std::move(inside)) : std::move(inside), never()};
}

constexpr Option options[] = {
    {.name = "src", .kind = &kinds::address_range, .invertible = true, .field = Field::src, .repeatable = true},
    {.name = "dst", .kind = &kinds::address_range, .invertible = true, .field = Field::dst, .repeatable = true},
};

// Never read from a file.
constexpr Extension members{.name = "set", .options = options, .match = meaning};

void expand(MatchUse& use, Family family, const std::map<std::string, IpSet, std::less<>>& sets) {
  if (use.name != "set" || !use.extension || use.extension == &members || use.given.size() != 1) return;
  const Given* given = use.find("match-set");
  const auto* words = given ? std::get_if<std::string>(&given->value) : nullptr;
  if (!words) return;
  const std::size_t space = words->find(' ');
  const auto set = sets.find(words->substr(0, space));
  const std::string_view side = std::string_view(*words).substr(space + 1);
  if (set == sets.end() || set->second.family != family || (side != sides[0] && side != sides[1])) return;
  const auto ranges = plain_addresses(set->second);
  if (!ranges) return;
  MatchUse known;
  known.extension = &members;
  known.name = members.name;
  const std::uint16_t option = side == sides[0] ? 0 : 1;
  for (const Range& r : *ranges) known.given.push_back({option, given->inverted, AddressRange{r.low, r.high}});
  if (ranges->empty()) known.given.push_back({option, given->inverted, AddressRange{1, 0}});
  use = std::move(known);
}

}  // namespace

std::optional<std::vector<Range>> plain_addresses(const IpSet& set) {
  const bool addresses = set.type->parts.size() == 1 && !set.type->bitmap && (set.type->parts[0] == SetPart::ip || set.type->parts[0] == SetPart::net);
  if (!addresses || set.timeout || set.counters || set.netmask || set.bitmask || set.skbinfo) return std::nullopt;
  std::vector<Range> all, out;
  for (const SetElement& e : set.elements) {
    if (e.nomatch) return std::nullopt;
    const u128 mask = prefix_mask(set.family, set.type->parts[0] == SetPart::ip ? address_bits(set.family) : e.first_length);
    all.push_back({e.first & mask, e.first | (address_mask(set.family) & ~mask)});
  }
  std::sort(all.begin(), all.end(), [](const Range& a, const Range& b) { return a.low < b.low; });
  for (const Range& r : all) {
    if (!out.empty() && (r.low <= out.back().high || r.low == out.back().high + 1))
      out.back().high = std::max(out.back().high, r.high);
    else
      out.push_back(r);
  }
  return out;
}

Ruleset with_known_sets(Ruleset ruleset, const std::map<std::string, IpSet, std::less<>>& sets) {
  if (sets.empty()) return ruleset;
  for (Table& table : ruleset.tables)
    for (Chain& chain : table.chains)
      for (Rule& rule : chain.rules)
        for (MatchUse& use : rule.matches) expand(use, ruleset.family, sets);
  return ruleset;
}

}  // namespace fwsim
