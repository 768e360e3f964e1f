#include "lint/merge_values.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr std::string_view with_ports[] = {"tcp", "udp", "sctp", "dccp"};

auto match_at(Rule& rule, std::string_view name) {
  return std::find_if(rule.matches.begin(), rule.matches.end(), [&](const MatchUse& use) { return use.name == name; });
}

auto header_of(Rule& rule) {
  return std::find_if(rule.matches.begin(), rule.matches.end(), [](const MatchUse& use) { return std::find(std::begin(with_ports), std::end(with_ports), use.name) != std::end(with_ports); });
}

// `one` of the match of the protocol, or `list` of multiport. What multiport asks besides, or both together, is left alone.
std::optional<MergeValue> take_ports(Rule& rule, std::string_view one, std::string_view list) {
  const auto header = header_of(rule), multiport = match_at(rule, "multiport");
  const bool asks = header != rule.matches.end() && header->has(one);
  if (asks == (multiport != rule.matches.end())) return std::nullopt;
  if (asks) {
    const auto* range = header->get<NumRange>(one);
    if (!range || header->inverted(one)) return std::nullopt;
    const NumRange found = *range;
    header->remove(one);
    return MergeValue{.ports = {found}, .address = {}};
  }
  const auto* ranges = multiport->get<std::vector<NumRange>>(list);
  if (!ranges || multiport->inverted(list) || multiport->given.size() != 1) return std::nullopt;
  MergeValue value{.ports = joined_ports(*ranges), .address = {}};
  // As put_ports() would write it behind the match of the protocol; elsewhere its place is kept.
  if (header != rule.matches.end() && std::next(header) == multiport)
    rule.matches.erase(multiport);
  else
    multiport->remove(list);
  return value;
}

// The match of the protocol stays: it drops packets whose header is cut short, and multiport looks at less of it.
void put_ports(Rule& rule, const MergeValue& value, Family family, std::string_view one, std::string_view list) {
  const auto header = header_of(rule);
  if (const auto there = match_at(rule, "multiport"); there != rule.matches.end()) return there->put(list, value.ports);
  if (header != rule.matches.end() && value.ports.size() == 1) return header->put(one, value.ports.front());
  MatchUse use;
  use.extension = find_match("multiport", family);
  use.name = use.extension->name;
  use.put(list, value.ports);
  rule.matches.insert(std::next(header), std::move(use));
}

std::optional<MergeValue> take_address(Prefix& prefix, bool inverted) {
  if (prefix.mask == 0 || inverted) return std::nullopt;
  MergeValue value{.ports = {}, .address = prefix};
  prefix = {};
  return value;
}

std::optional<MergeValue> take_states(Rule& rule) {
  for (const auto& [name, option] : {std::pair{"state", "state"}, {"conntrack", "ctstate"}}) {
    const auto use = match_at(rule, name);
    if (use == rule.matches.end() || use->given.size() != 1 || use->inverted(option)) continue;
    const auto* states = use->get<Bits>(option);
    if (!states) return std::nullopt;
    MergeValue value{.ports = {}, .address = {}, .states = states->bits};
    use->put(option, Bits{0});
    return value;
  }
  return std::nullopt;
}

void put_states(Rule& rule, const MergeValue& value, Family) {
  for (const auto& [name, option] : {std::pair{"state", "state"}, {"conntrack", "ctstate"}})
    if (const auto use = match_at(rule, name); use != rule.matches.end() && use->has(option)) use->put(option, Bits{value.states});
}

}  // namespace

std::size_t slots_of(const std::vector<NumRange>& ports) {
  std::size_t slots = 0;
  for (const NumRange& r : ports) slots += r.low == r.high ? 1 : 2;
  return slots;
}

std::vector<NumRange> joined_ports(std::vector<NumRange> ports) {
  std::sort(ports.begin(), ports.end(), [](const NumRange& a, const NumRange& b) { return a.low < b.low; });
  std::vector<NumRange> out;
  for (const NumRange& r : ports) {
    if (!out.empty() && r.low <= out.back().high + 1)
      out.back().high = std::max(out.back().high, r.high);
    else
      out.push_back(r);
  }
  return out;
}

const std::vector<MergeKind>& merge_kinds() {
  static const std::vector<MergeKind> kinds{
      {.by = "ports", .take = [](Rule& r) { return take_ports(r, "dport", "dports"); }, .put = [](Rule& r, const MergeValue& v, Family f) { put_ports(r, v, f, "dport", "dports"); }},
      {.by = "source ports", .take = [](Rule& r) { return take_ports(r, "sport", "sports"); }, .put = [](Rule& r, const MergeValue& v, Family f) { put_ports(r, v, f, "sport", "sports"); }},
      {.by = "states", .take = take_states, .put = put_states},
      {.by = "source addresses", .address = true, .take = [](Rule& r) { return take_address(r.basic.src, r.basic.not_src); }, .put = [](Rule& r, const MergeValue& v, Family) { r.basic.src = v.address; }},
      {.by = "destination addresses", .address = true, .take = [](Rule& r) { return take_address(r.basic.dst, r.basic.not_dst); }, .put = [](Rule& r, const MergeValue& v, Family) { r.basic.dst = v.address; }},
  };
  return kinds;
}

}  // namespace fwsim
