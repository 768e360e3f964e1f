#include "lint/network/by_address.hh"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "simulator/routing.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t most_pairs = 4'000'000;

void replace(std::string& text, const std::string& what, std::string_view by) {
  const auto inside = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '.' || c == ':'; };
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;) {
    const std::size_t end = at + what.size();
    const std::string_view before = std::string_view(text).substr(0, at);
    const bool router = before.ends_with("next hop ") || before.ends_with("address ");   // that all of them go by
    if (router || (at > 0 && inside(text[at - 1])) || (end < text.size() && inside(text[end]) && text[end] != ':')) {
      at = end;   // of another address
      continue;
    }
    text.replace(at, what.size(), by);
    at += by.size();
  }
}

Packet packet_between(Family family, u128 src, u128 dst) {
  Packet packet{.family = family};
  packet.fields.set(Field::src, src);
  packet.fields.set(Field::dst, dst);
  return packet;
}

Decision taker(NextHopAnswer answer, Family family, u128 src, u128 dst) {
  Decision out{.kind = answer.end ? Decision::Kind::on : Decision::Kind::stop, .device = {}, .gateway = answer.address, .end = answer.end,
               .leg = answer.kind, .why = of_all(std::move(answer.why), family, src, dst)};
  return out;
}

}  // namespace

std::string of_all(std::string text, Family family, u128 src, u128 dst) {
  const std::string from = address_text(family, src), to = address_text(family, dst);
  replace(text, "source " + from, "source");
  replace(text, "destination " + to, "destination");
  replace(text, to, "the destination");
  return text;
}

std::uint32_t ByAddress::ask(Atom src, Atom dst) {
  const auto [at, fresh] = known_.emplace(std::uint64_t{src} << 32 | dst, 0);
  if (!fresh) return at->second;
  Decision decision = ask_(space_.example(space_.of(Field::src), src), space_.example(space_.of(Field::dst), dst));
  auto same = std::find(decisions_.begin(), decisions_.end(), decision);
  if (same == decisions_.end()) same = decisions_.insert(decisions_.end(), std::move(decision));
  return at->second = static_cast<std::uint32_t>(same - decisions_.begin());
}

std::optional<std::vector<Sector>> ByAddress::split(const AtomSet& src, const AtomSet& dst) {
  if (src.size() * dst.size() > most_pairs) return std::nullopt;
  const auto each = [](const AtomSet& set, const std::function<void(Atom)>& see) {
    for (const AtomInterval& interval : set.intervals())
      for (Atom atom = interval.low; atom <= interval.high; ++atom) see(atom);
  };
  // Destinations about which the same is said of every source go together.
  std::map<std::vector<std::uint32_t>, std::vector<AtomInterval>> columns;
  each(dst, [&](Atom to) {
    std::vector<std::uint32_t> column;
    each(src, [&](Atom from) { column.push_back(ask(from, to)); });
    columns[std::move(column)].push_back({to, to});
  });
  std::vector<Sector> out;
  for (auto& entry : columns) {
    std::map<std::uint32_t, std::vector<AtomInterval>> sources;
    auto decision = entry.first.begin();
    each(src, [&](Atom from) { sources[*decision++].push_back({from, from}); });
    const AtomSet to = AtomSet::of(std::move(entry.second));
    for (auto& [number, from] : sources) out.push_back({AtomSet::of(std::move(from)), to, decisions_[number]});
  }
  return out;
}

bool routes_by_address(const Host& host, Family family) {
  const auto of_rule = [&](const RoutingRule& r) {
    return r.family != family || (r.mark_mask == 0 && r.tos == 0 && !r.ipproto && !r.sport && !r.dport && !r.uids);
  };
  return std::all_of(host.rules.begin(), host.rules.end(), of_rule) &&
         std::all_of(host.routes.begin(), host.routes.end(), [&](const Route& r) { return r.family != family || r.tos == 0; });
}

Decision route_of(const Engine& engine, Family family, const std::string& device, u128 src, u128 dst) {
  const RouteKey key{.family = family, .src = src, .dst = dst, .in = device};
  RouteResult route = device.empty() ? engine.routing().output(key) : engine.routing().input(key);
  Decision out{.kind = Decision::Kind::stop, .device = {}, .gateway = {}, .why = of_all(std::move(route.reason), family, src, dst)};
  if (route.balanced) return {.kind = Decision::Kind::unknown, .why = "has several next hops, and chooses by a secret hash"};
  if (route.kind == RouteResult::Kind::local) return {.kind = Decision::Kind::local};
  if (route.kind == RouteResult::Kind::forward || route.kind == RouteResult::Kind::out)
    return {.kind = Decision::Kind::on, .device = route.device, .gateway = route.gateway};
  if (out.why.empty()) out.why = "no route";
  return out;
}

Decision first_taker(const Internetwork& net, Family family, std::size_t link, u128 src, u128 dst, const LinkEnd* last) {
  std::vector<std::string> assumed;   // told of the packets that are shown
  return taker(NextHopFinder(net, assumed).first(link, packet_between(family, src, dst), last), family, src, dst);
}

Decision next_taker(const Internetwork& net, Family family, const LinkEnd& sender, std::size_t link, std::optional<u128> gateway, u128 src, u128 dst) {
  std::vector<std::string> assumed;
  return taker(NextHopFinder(net, assumed).next(sender, link, packet_between(family, src, dst), gateway), family, src, dst);
}

}  // namespace fwsim
