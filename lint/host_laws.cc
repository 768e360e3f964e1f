#include "lint/host_laws.hh"

#include <algorithm>
#include <map>

#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

struct Network {
  u128 address = 0;
  unsigned length = 0;
  std::string device;       // empty: packets go nowhere by it
  std::uint32_t metric = 0;
};

std::vector<Range> own_addresses(const Host& host, Family family) {
  std::vector<Range> list;
  if (family == Family::v4)
    list.push_back({0x7f000000, 0x7fffffff});
  else
    list.push_back({1, 1});
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses)
      if (a.family == family) list.push_back({a.address, a.address});
  for (const Route& r : host.routes)
    if (r.family == family && r.type == RouteType::local && r.destination.mask != 0)
      list.push_back({r.destination.address, r.destination.address | (address_mask(family) & ~r.destination.mask)});
  return list;
}

// Broadcast and multicast: delivered too.
std::vector<Range> group_addresses(const Host& host, Family family) {
  if (family == Family::v6) return {{u128{0xff} << 120, all_ones}, {u128{0x3fa} << 118, (u128{0x3fb} << 118) - 1}};
  std::vector<Range> list{{0xe0000000, 0xefffffff}, {0xffffffff, 0xffffffff}, {0, 0}};
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses) {
      if (a.family != family || a.length >= 31) continue;
      const u128 last = a.address | (address_mask(family) & ~prefix_mask(family, a.length));
      list.push_back({last, last});
      if (a.broadcast) list.push_back({*a.broadcast, *a.broadcast});
    }
  return list;
}

// Longest first, as they are looked up.
std::vector<Network> networks(const Host& host, Family family) {
  std::vector<Network> list;
  if (!host.routes_complete[static_cast<std::size_t>(family)])
    for (const Interface& i : host.interfaces)
      for (const InterfaceAddress& a : i.addresses)
        if (a.family == family && a.prefix_route && !i.loopback && a.length < address_bits(family))
          list.push_back({(a.peer ? *a.peer : a.address) & prefix_mask(family, a.length), a.length, i.name, 0});
  for (const Route& r : host.routes) {
    if (r.family != family || r.table != 254 || r.type == RouteType::local || r.type == RouteType::broadcast) continue;
    const int length = prefix_length(family, r.destination.mask);
    if (length < 0) continue;
    list.push_back({r.destination.address, static_cast<unsigned>(length), r.hops.size() == 1 ? r.hops.front().device : "", r.metric});
  }
  std::stable_sort(list.begin(), list.end(), [](const Network& a, const Network& b) { return a.length != b.length ? a.length > b.length : a.metric < b.metric; });
  return list;
}

// Rules beyond the three that every host has, several next hops, tos or several tables: not told.
bool simple_routing(const Host& host, Family family) {
  for (const RoutingRule& rule : host.rules)
    if (rule.family == family && rule.priority != 0 && rule.priority != 32766 && rule.priority != 32767) return false;
  return std::all_of(host.routes.begin(), host.routes.end(), [&](const Route& r) {
    return r.family != family || (r.hops.size() <= 1 && r.tos == 0 && (r.table == 254 || r.table == 255));
  });
}

void routes(const Host& host, Family family, std::vector<Pred>& laws) {
  if (!simple_routing(host, family)) return;
  std::vector<Pred> longer;   // destinations that were decided before
  std::vector<Pred> group{in(Field::dst, group_addresses(host, family))};
  for (const Network& n : networks(host, family)) {
    const u128 mask = prefix_mask(family, n.length);
    std::vector<Pred> law{n.length == 0 ? always() : masked(Field::dst, n.address, mask)};
    for (const Pred& before : longer) law.push_back(negation(before));
    law.push_back(negation(group.front()));
    if (!n.device.empty()) law.push_back(negation(is(Field::out_if, name_word(n.device))));
    laws.push_back(all(std::move(law)));
    longer.push_back(n.length == 0 ? always() : masked(Field::dst, n.address, mask));
  }
  std::vector<Pred> nowhere;
  for (const Pred& before : longer) nowhere.push_back(negation(before));
  nowhere.push_back(negation(group.front()));
  laws.push_back(all(std::move(nowhere)));
}

}  // namespace

std::vector<Pred> host_laws(const Host& host, Family family, Way way) {
  if (!is_described(host)) return {};
  std::vector<Range> own = own_addresses(host, family);
  const std::vector<Range> groups = group_addresses(host, family);
  std::vector<Pred> laws;
  const Pred mine = in(Field::dst, own);
  if (way == Way::input) {
    own.insert(own.end(), groups.begin(), groups.end());
    laws.push_back(negation(in(Field::dst, std::move(own))));
  } else if (way == Way::forward) {
    laws.push_back(mine);
    const bool v4 = family == Family::v4;
    if (host.sysctl(v4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding", 0) == 0) laws.push_back(always());
    routes(host, family, laws);
  }
  return laws;
}

}  // namespace fwsim
