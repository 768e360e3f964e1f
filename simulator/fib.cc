#include "simulator/fib.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/jhash.hh"

namespace fwsim {
namespace {

constexpr std::uint32_t prefix_metric_v6 = 256;  // IP6_RT_PRIO_ADDRCONF
constexpr std::uint8_t routing_tos = 0x1c;       // INET_DSCP_LEGACY_TOS_MASK: the bits that routes know

bool leads_nowhere(RouteType type) {
  return type == RouteType::blackhole || type == RouteType::unreachable || type == RouteType::prohibit ||
         type == RouteType::throw_;
}

std::uint32_t word_of(Family family, u128 address, unsigned i) {
  return raw_load(static_cast<std::uint32_t>(address >> (family == Family::v4 ? 0 : 96 - 32 * i)));
}

// One of several next hops, in proportion to their weights. The kernel does the same with a hash
// of the addresses under a secret key; here the key is zero, so that a flow keeps its path and
// every run takes the same.
const NextHop* spread(const RouteKey& key, const std::vector<const NextHop*>& hops) {
  std::vector<std::uint32_t> words;
  for (unsigned i = 0; i < address_bits(key.family) / 32; ++i) {
    words.push_back(word_of(key.family, key.src, i));
    words.push_back(word_of(key.family, key.dst, i));
  }
  std::uint32_t total = 0;
  for (const NextHop* hop : hops) total += hop->weight;
  std::uint32_t at = scaled(jhash_words(words, 0), total);
  for (const NextHop* hop : hops) {
    if (at < hop->weight) return hop;
    at -= hop->weight;
  }
  return hops.front();
}

bool contains(const std::optional<Range>& range, std::uint64_t value) { return !range || range->contains(value); }

bool applies(const RoutingRule& rule, const RouteKey& key) {
  static const std::string loopback = "lo";
  const std::string& in = key.in.empty() ? loopback : key.in;
  const bool match = (key.src & rule.from.mask) == rule.from.address && (key.dst & rule.to.mask) == rule.to.address &&
                     ((key.mark ^ rule.mark) & rule.mark_mask) == 0 &&
                     (rule.tos == 0 || rule.tos == (key.tos & routing_tos)) && (rule.iif.empty() || rule.iif == in) &&
                     (rule.oif.empty() || rule.oif == key.out) && (!rule.ipproto || *rule.ipproto == key.proto) &&
                     contains(rule.sport, key.sport) && contains(rule.dport, key.dport) && contains(rule.uids, key.uid);
  return match != rule.invert;
}

bool asks_nothing(const RoutingRule& r) {
  return r.from.mask == 0 && r.from.address == 0 && r.to.mask == 0 && r.to.address == 0 && !r.invert && r.mark_mask == 0 && r.tos == 0 &&
         r.iif.empty() && r.oif.empty() && !r.ipproto && !r.sport && !r.dport && !r.uids;
}

// The route with the hop that this packet may take; type unspec when it may take none.
FibResult use(const Route& route, const RouteKey& key) {
  if (route.tos != 0 && route.tos != (key.tos & routing_tos)) return {};
  // IPv6 keeps routes that lead nowhere on the loopback: a bound packet passes them over.
  if (leads_nowhere(route.type))
    return key.family == Family::v6 && !key.out.empty() ? FibResult{} : FibResult{.type = route.type, .route = &route};
  const auto fits = [&](const NextHop& hop) { return key.out.empty() || hop.device == key.out; };
  FibResult found{.type = route.type, .route = &route};
  if (route.hops.size() == 1) {
    found.hop = &route.hops.front();
    return fits(*found.hop) ? found : FibResult{};
  }
  std::vector<const NextHop*> usable;
  for (const NextHop& hop : route.hops)
    if (fits(hop)) usable.push_back(&hop);
  if (usable.empty()) return {};
  found.many = usable.size() > 1;
  found.hop = found.many ? spread(key, usable) : usable.front();
  return found;
}

bool by_arrival_device(const FibResult& found, const RouteKey& key) { return found.hop && found.hop->device == key.in; }

}  // namespace

void Fib::add(Route route) {
  const int length = prefix_length(route.family, route.destination.mask);
  if (length < 0) return;
  auto& list = lengths_[static_cast<unsigned>(length)][route.destination.address];
  const auto rank = [](const Route& r) { return std::pair(r.tos == 0, r.metric); };
  const auto place = std::find_if(list.begin(), list.end(), [&](const Route& r) { return rank(route) < rank(r); });
  list.insert(place, std::move(route));
}

void Fib::add_bounds(std::vector<std::uint32_t>& bounds) const {
  for (const auto& [length, networks] : lengths_)
    for (const auto& [network, routes] : networks) {
      const std::uint64_t first = static_cast<std::uint32_t>(network), next = first + (std::uint64_t{1} << (32 - length));
      bounds.push_back(static_cast<std::uint32_t>(first));
      if (next <= 0xffffffff) bounds.push_back(static_cast<std::uint32_t>(next));
    }
}

FibResult Fib::find(const RouteKey& key) const {
  for (const auto& [length, networks] : lengths_) {
    const auto entry = networks.find(key.dst & prefix_mask(key.family, length));
    if (entry == networks.end()) continue;
    FibResult found;
    for (const Route& route : entry->second) {
      if (found.route && route.metric != found.route->metric) break;
      const FibResult one = use(route, key);
      if (one.type == RouteType::unspec) continue;
      const bool first = !found.route;
      if (first || by_arrival_device(one, key)) found = one;
      // IPv6 prefers, of routes alike, that of the device the packet came by.
      if (key.family == Family::v4 || by_arrival_device(found, key)) break;
    }
    if (!found.route) continue;
    found.length = length;
    return found;
  }
  return {};
}

namespace {

// addrconf_addr_gen(): a device gets its link-local address, and the route to that network, unless it
// is told not to.
bool makes_link_local(const Host& host, const std::string& device) {
  constexpr long long none = 1;   // IN6_ADDR_GEN_MODE_NONE
  const long long by_default = host.sysctl("net.ipv6.conf.default.addr_gen_mode", 0);
  return host.sysctl(fmt::format("net.ipv6.conf.{}.addr_gen_mode", device), by_default) != none;
}

}  // namespace

RouteTables::RouteTables(const Host& host) {
  take_routes(host);
  take_rules(host);
}

void RouteTables::take_routes(const Host& host) {
  const auto is_down = [&](const NextHop& hop) {
    const Interface* i = host.find(hop.device);
    return i && !i->up;
  };
  std::map<std::pair<Family, u128>, bool> own;  // addresses that have a route in the local table
  for (Route route : host.routes) {
    if (!leads_nowhere(route.type) && route.type != RouteType::local) {
      route.hops.erase(std::remove_if(route.hops.begin(), route.hops.end(), is_down), route.hops.end());
      if (route.hops.empty()) continue;
    }
    if (route.family == Family::v4 && route.type == RouteType::local && !route.kernel) customized_ = true;
    if (route.family == Family::v4 && route.realm != 0) realms_ = true;
    if (route.table == table_local && route.type == RouteType::local)
      own[{route.family, route.destination.address}] = true;
    if (route.family == Family::v4 && (route.tos != 0 || route.hops.size() > 1)) by_destination_ = false;
    fibs_[static_cast<std::size_t>(route.family)][route.table].add(std::move(route));
  }
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses)
      derive(host, i, a,
             host.routes_complete[static_cast<std::size_t>(a.family)] && own.contains({a.family, a.address}));
  if (host.routes_complete[1]) return;
  for (const Interface& i : host.interfaces) {  // IPv6 is spoken on every link
    if (!i.up || i.loopback) continue;
    add(Family::v6, table_local, make_u128(0xff00000000000000, 0), prefix_mask(Family::v6, 8), RouteType::multicast,
        i.name, {}, prefix_metric_v6);
    if (!makes_link_local(host, i.name)) continue;
    add(Family::v6, table_main, make_u128(0xfe80000000000000, 0), prefix_mask(Family::v6, 64), RouteType::unicast,
        i.name, {}, prefix_metric_v6);
  }
}

void RouteTables::derive(const Host& host, const Interface& interface, const InterfaceAddress& address,
                         bool has_local) {
  if (has_local) return;
  if (address.family == Family::v4) return derive_v4(interface, address);
  derive_v6(interface, address, host.sysctl("net.ipv6.conf.all.forwarding", 0) != 0);
}

void RouteTables::add(Family family, std::uint32_t table, u128 address, u128 mask, RouteType type,
                      const std::string& device, std::optional<u128> source, std::uint32_t metric) {
  fibs_[static_cast<std::size_t>(family)][table].add({.family = family,
                                                      .destination = {address & mask, mask},
                                                      .table = table,
                                                      .type = type,
                                                      .hops = {{.device = device}},
                                                      .source = source,
                                                      .metric = metric,
                                                      .kernel = true});
}

// fib_add_ifaddr(): networks of loopback devices are local as a whole; the lowest address of a
// network is an address like others (since Linux 5.14).
void RouteTables::derive_v4(const Interface& interface, const InterfaceAddress& a) {
  const u128 full = address_mask(Family::v4), mask = prefix_mask(Family::v4, a.length);
  const u128 network = a.peer.value_or(a.address) & mask;
  const bool secondary = is_secondary(interface, a);
  u128 source = a.address;
  if (secondary)  // the primary address of the subnet is used as source
    for (const InterfaceAddress& other : interface.addresses)
      if (other.family == Family::v4 && other.length == a.length &&
          (other.peer.value_or(other.address) & mask) == network) {
        source = other.address;
        break;
      }
  const auto put = [&](std::uint32_t table, u128 address, u128 of, RouteType type) {
    add(Family::v4, table, address, of, type, interface.name, source);
  };
  put(table_local, a.address, full, RouteType::local);  // also while the device is down
  if (!interface.up) return;
  if (a.broadcast && *a.broadcast != full) put(table_local, *a.broadcast, full, RouteType::broadcast);
  if (network == 0 || secondary || (network == a.address && a.length == 32)) return;
  if (a.prefix_route && interface.loopback)
    put(table_local, network, mask, RouteType::local);
  else if (a.prefix_route)
    put(table_main, network, mask, RouteType::unicast);
  if (a.length < 31) put(table_local, network | (full & ~mask), full, RouteType::broadcast);
}

// addrconf: a router also answers for the lowest address of its networks (subnet anycast).
void RouteTables::derive_v6(const Interface& interface, const InterfaceAddress& a, bool forwards) {
  const u128 full = address_mask(Family::v6), mask = prefix_mask(Family::v6, a.length);
  if (!interface.up) return;
  add(Family::v6, table_local, a.address, full, RouteType::local, interface.name, {});
  if (interface.loopback || a.length == 128) return;
  if (a.prefix_route)
    add(Family::v6, table_main, a.address, mask, RouteType::unicast, interface.name, {}, prefix_metric_v6);
  if (forwards && a.length < 127)
    add(Family::v6, table_local, a.address & mask, full, RouteType::anycast, interface.name, {});
}

void RouteTables::take_rules(const Host& host) {
  for (std::size_t f = 0; f < 2; ++f) {
    const auto family = static_cast<Family>(f);
    auto& rules = rules_[f];
    if (!host.rules_complete[f])
      rules = {{.family = family, .priority = 0, .table = table_local},
               {.family = family, .priority = 32766, .table = table_main},
               {.family = family, .priority = 32767, .table = table_default}};
    for (const RoutingRule& rule : host.rules)
      if (rule.family == family) rules.push_back(rule);
    std::stable_sort(rules.begin(), rules.end(),
                     [](const RoutingRule& a, const RoutingRule& b) { return a.priority < b.priority; });
    for (const RoutingRule& r : rules) ports_ = ports_ || r.ipproto || r.sport || r.dport;
  }
  by_destination_ = by_destination_ && std::all_of(rules_[0].begin(), rules_[0].end(), asks_nothing);
  // The three of every host and nothing else.
  const std::array<std::uint32_t, 3> plain{table_local, table_main, table_default};
  std::vector<std::uint32_t> tables;
  for (const RoutingRule& r : rules_[0]) tables.push_back(r.table);
  customized_ = customized_ || !std::equal(tables.begin(), tables.end(), plain.begin(), plain.end());
}

template <class Look>
FibResult RouteTables::remembered(std::vector<Found>& found, const RouteKey& key, Look look) const {
  constexpr std::size_t places = 8192;
  if (!by_destination_ || key.family != Family::v4 || !key.out.empty()) return look();
  if (found.empty()) found.resize(places);
  Found& f = found[((static_cast<std::uint64_t>(key.dst) * 0x9e3779b97f4a7c15U) >> 32) % places];
  if (!f.used || f.dst != key.dst) f = {key.dst, true, look()};
  return f.result;
}

FibResult RouteTables::find_in(std::uint32_t table, const RouteKey& key) const {
  if (table != table_local) return look_up_in(table, key);
  return remembered(local_found_, key, [&] { return look_up_in(table, key); });
}

FibResult RouteTables::find(const RouteKey& key) const {
  return remembered(routes_found_, key, [&] { return look_up(key); });
}

std::vector<std::uint32_t> RouteTables::bounds() const {
  std::vector<std::uint32_t> list;
  for (const auto& [number, fib] : fibs_[static_cast<std::size_t>(Family::v4)]) fib.add_bounds(list);
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

FibResult RouteTables::look_up_in(std::uint32_t table, const RouteKey& key) const {
  const auto& fibs = fibs_[static_cast<std::size_t>(key.family)];
  const auto fib = fibs.find(table);
  return fib == fibs.end() ? FibResult{} : fib->second.find(key);
}

FibResult RouteTables::look_up(const RouteKey& key) const {
  const auto& rules = rules_[static_cast<std::size_t>(key.family)];
  std::uint32_t from = 0;  // where a goto goes on
  for (const RoutingRule& rule : rules) {
    if (rule.priority < from || rule.nothing || !applies(rule, key)) continue;
    if (rule.go_to) {
      from = std::max(from, *rule.go_to);
      continue;
    }
    if (rule.action != RouteType::unicast) return {.type = rule.action};
    const FibResult found = look_up_in(rule.table, key);
    if (found.type == RouteType::unspec || found.type == RouteType::throw_) continue;
    if (found.found() && rule.suppress_length >= 0 && found.length <= static_cast<unsigned>(rule.suppress_length))
      continue;
    return found;
  }
  return {};
}

bool is_secondary(const Interface& interface, const InterfaceAddress& address) {
  const u128 mask = prefix_mask(address.family, address.length);
  for (const InterfaceAddress& other : interface.addresses) {
    if (&other == &address) return false;
    if (other.family == address.family && other.length == address.length &&
        ((other.peer.value_or(other.address) ^ address.peer.value_or(address.address)) & mask) == 0)
      return true;
  }
  return false;
}

}  // namespace fwsim
