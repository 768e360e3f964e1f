#include "simulator/routing.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <vector>

namespace fwsim {
namespace {

constexpr std::uint32_t table_default = 253, table_main = 254, table_local = 255;

struct WordHash {
  std::size_t operator()(u128 x) const {
    return std::hash<std::uint64_t>{}(static_cast<std::uint64_t>(x) * 0x9e3779b97f4a7c15 ^ static_cast<std::uint64_t>(x >> 64));
  }
};

// Routes of one table: by prefix length, longest first, then by network.
struct Fib {
  std::map<unsigned, std::unordered_map<u128, std::vector<Route>, WordHash>, std::greater<>> lengths;

  void add(const Route& route) {
    const int length = prefix_length(route.family, route.destination.mask);
    if (length < 0) return;
    auto& list = lengths[static_cast<unsigned>(length)][route.destination.address];
    // Preferred by tos (exact before any), then by metric; the first of equals stays first.
    const auto place = std::find_if(list.begin(), list.end(), [&](const Route& other) {
      return std::pair(route.tos == 0, route.metric) < std::pair(other.tos == 0, other.metric);
    });
    list.insert(place, route);
  }
};

bool is_multicast(Family family, u128 a) { return family == Family::v4 ? (a >> 28) == 0xe : (a >> 120) == 0xff; }
bool is_v4_net(u128 a, unsigned first_byte) { return (a >> 24) == first_byte; }
bool is_link_local(u128 a) { return (a >> 118) == 0x3fa; }  // fe80::/10
constexpr u128 v4_broadcast = 0xffffffff;

std::string text(Family family, u128 a) { return address_text(family, a); }

}  // namespace

struct Routing::Tables {
  const Host& host;
  std::map<std::uint32_t, Fib> fibs[2];
  std::vector<RoutingRule> rules[2];
  bool plain_v4 = true;   // no rules or local routes of the user's: source validation may be skipped

  explicit Tables(const Host& h) : host(h) {
    for (const Interface& i : host.interfaces) add_interface(i);
    for (const Route& route : host.routes) {
      if (route.table == table_local) plain_v4 = plain_v4 && route.family != Family::v4;
      fibs[static_cast<std::size_t>(route.family)][route.table].add(route);
    }
    for (std::size_t f = 0; f < 2; ++f) {
      const Family family = static_cast<Family>(f);
      rules[f].push_back({.family = family, .priority = 0, .table = table_local});
      for (const RoutingRule& rule : host.rules)
        if (rule.family == family) rules[f].push_back(rule);
      rules[f].push_back({.family = family, .priority = 32766, .table = table_main});
      rules[f].push_back({.family = family, .priority = 32767, .table = table_default});
      std::stable_sort(rules[f].begin(), rules[f].end(),
                       [](const RoutingRule& a, const RoutingRule& b) { return a.priority < b.priority; });
    }
    plain_v4 = plain_v4 && rules[0].size() == 3;
  }

  void add(Family family, std::uint32_t table, u128 network, u128 mask, RouteType type, const std::string& device,
           std::optional<u128> source = {}) {
    fibs[static_cast<std::size_t>(family)][table].add({.family = family,
                                                       .destination = {network & mask, mask},
                                                       .table = table,
                                                       .type = type,
                                                       .hops = {{.device = device}},
                                                       .source = source});
  }

  // What the kernel adds by itself for each address (fib_add_ifaddr, addrconf).
  void add_interface(const Interface& i) {
    for (const InterfaceAddress& a : i.addresses) {
      const u128 mask = prefix_mask(a.family, a.length);
      const u128 full = address_mask(a.family);
      add(a.family, table_local, a.address, full, RouteType::local, i.name, a.address);
      if (a.family == Family::v4) {
        if (i.loopback && is_v4_net(a.address, 127)) {
          add(a.family, table_local, a.address, mask, RouteType::local, i.name, a.address);
          continue;
        }
        if (a.length < 32) add(a.family, table_main, a.address, mask, RouteType::unicast, i.name, a.address);
        if (a.length < 31) add(a.family, table_local, a.address | ~mask, full, RouteType::broadcast, i.name, a.address);
        if (a.broadcast) add(a.family, table_local, *a.broadcast, full, RouteType::broadcast, i.name, a.address);
      } else if (a.length < 128) {
        add(a.family, table_main, a.address, mask, RouteType::unicast, i.name);
      }
    }
    if (!i.loopback) {
      add(Family::v6, table_main, make_u128(0xfe80000000000000, 0), prefix_mask(Family::v6, 64), RouteType::unicast, i.name);
      add(Family::v6, table_local, make_u128(0xff00000000000000, 0), prefix_mask(Family::v6, 8), RouteType::multicast, i.name);
    }
  }

  bool is_up(const std::string& device) const {
    const Interface* i = host.find(device);
    return !i || i->up;
  }

  // The hop of a route that this key may use.
  const NextHop* usable_hop(const Route& route, const std::string& out) const {
    for (const NextHop& hop : route.hops)
      if (is_up(hop.device) && (out.empty() || hop.device == out || route.type == RouteType::local)) return &hop;
    return nullptr;
  }

  static bool rule_applies(const RoutingRule& rule, const RouteKey& key) {
    const bool match = (key.src & rule.from.mask) == rule.from.address && (key.dst & rule.to.mask) == rule.to.address &&
                       (key.mark & rule.mark_mask) == (rule.mark & rule.mark_mask) && (rule.tos == 0 || rule.tos == key.tos) &&
                       (rule.iif.empty() || rule.iif == (key.in.empty() ? "lo" : key.in)) &&
                       (rule.oif.empty() || rule.oif == key.out);
    return match != rule.invert;
  }

  struct Found {
    const Route* route = nullptr;
    const NextHop* hop = nullptr;
    RouteType type = RouteType::unspec;   // unspec: nothing found
  };

  Found look(const Fib& fib, const RouteKey& key) const {
    for (const auto& [length, networks] : fib.lengths) {
      const auto entry = networks.find(key.dst & prefix_mask(key.family, length));
      if (entry == networks.end()) continue;
      for (const Route& route : entry->second) {
        if (route.tos != 0 && route.tos != (key.tos & 0xfc)) continue;
        if (route.hops.empty() || route.type == RouteType::blackhole || route.type == RouteType::unreachable ||
            route.type == RouteType::prohibit || route.type == RouteType::throw_)
          return {&route, nullptr, route.type};
        if (const NextHop* hop = usable_hop(route, key.out)) return {&route, hop, route.type};
      }
    }
    return {};
  }

  Found lookup(const RouteKey& key) const {
    const auto f = static_cast<std::size_t>(key.family);
    for (const RoutingRule& rule : rules[f]) {
      if (!rule_applies(rule, key)) continue;
      if (rule.action != RouteType::unicast) return {nullptr, nullptr, rule.action};
      const auto fib = fibs[f].find(rule.table);
      if (fib == fibs[f].end()) continue;
      const Found found = look(fib->second, key);
      if (found.type != RouteType::unspec && found.type != RouteType::throw_) return found;
    }
    return {};
  }

  long long conf(Family family, const std::string& device, const char* name, long long otherwise = 0) const {
    const char* root = family == Family::v4 ? "net.ipv4.conf." : "net.ipv6.conf.";
    return host.sysctl(fmt::format("{}{}.{}", root, device, name), otherwise);
  }
  // Settings of which the larger, or either, counts.
  long long largest(const std::string& device, const char* name) const {
    return std::max(conf(Family::v4, "all", name), conf(Family::v4, device, name));
  }

  bool forwards(Family family, const std::string& device) const {
    if (family == Family::v4) return conf(family, device, "forwarding", host.sysctl("net.ipv4.ip_forward", 0)) != 0;
    return conf(family, "all", "forwarding") != 0;
  }

  unsigned mtu(const Route& route, const std::string& device) const {
    const Interface* i = host.find(device);
    const unsigned own = i ? i->mtu : 1500;
    return route.mtu != 0 ? std::min(route.mtu, own) : own;
  }

  RouteResult to_result(RouteResult::Kind kind, const Found& found) const {
    RouteResult r{.kind = kind, .type = found.type, .device = found.hop->device, .gateway = found.hop->gateway};
    r.mtu = mtu(*found.route, r.device);
    r.realm = found.route->realm;
    if (found.route->source) r.source = *found.route->source;
    return r;
  }

  RouteResult failure(const RouteKey& key, RouteType type) const {
    const bool v4 = key.family == Family::v4;
    RouteResult r{.kind = RouteResult::Kind::error, .type = type, .icmp_type = static_cast<std::uint8_t>(v4 ? 3 : 1)};
    const std::string dst = text(key.family, key.dst);
    switch (type) {
      case RouteType::blackhole:
        r.kind = RouteResult::Kind::drop;
        r.reason = "the route to " + dst + " is a blackhole";
        break;
      case RouteType::prohibit:
        r.icmp_code = v4 ? 13 : 1;
        r.reason = "the route to " + dst + " is prohibited";
        break;
      case RouteType::unreachable:
        r.icmp_code = v4 ? 1 : 0;
        r.reason = "the route to " + dst + " is of type unreachable";
        break;
      default:
        r.icmp_code = 0;
        r.reason = "no route to " + dst;
    }
    return r;
  }
};

Routing::Routing(const Host& host) : tables_(std::make_unique<Tables>(host)) {}
Routing::~Routing() = default;

namespace {

RouteResult dropped(std::string reason) { return {.kind = RouteResult::Kind::drop, .reason = std::move(reason)}; }

}  // namespace

bool Routing::reverse_path_ok(const RouteKey& key, bool loose, bool accept_local, bool valid_mark) const {
  RouteKey back{.family = key.family, .src = key.dst, .dst = key.src, .mark = valid_mark ? key.mark : 0, .tos = key.tos};
  if (key.family == Family::v4 && (is_multicast(Family::v4, key.dst) || key.dst == v4_broadcast || is_v4_net(key.dst, 0))) back.src = 0;
  const Tables::Found found = tables_->lookup(back);
  if (found.type != RouteType::unicast && !(found.type == RouteType::local && accept_local)) return false;
  if (loose) return true;
  return std::any_of(found.route->hops.begin(), found.route->hops.end(),
                     [&](const NextHop& hop) { return hop.device == key.in; });
}

namespace {

// Martians and broadcasts, before the lookup (ip_route_input_slow).
std::optional<RouteResult> before_lookup(const RouteKey& key, bool localnet) {
  const auto martian = [&](const char* what, u128 a) {
    return dropped(fmt::format("martian {} {} on {}", what, text(Family::v4, a), key.in));
  };
  if (is_multicast(Family::v4, key.src) || key.src == v4_broadcast) return martian("source", key.src);
  if (key.dst == v4_broadcast || (key.src == 0 && key.dst == 0))
    return RouteResult{.kind = RouteResult::Kind::local, .type = RouteType::broadcast};
  if (is_v4_net(key.src, 0)) return martian("source", key.src);
  if (is_v4_net(key.dst, 0)) return martian("destination", key.dst);
  if (is_v4_net(key.dst, 127) && !localnet) return martian("destination", key.dst);
  if (is_v4_net(key.src, 127) && !is_v4_net(key.dst, 127) && !localnet) return martian("source", key.src);
  return std::nullopt;
}

}  // namespace

RouteResult Routing::input(const RouteKey& key) const {
  if (key.family == Family::v6) return input6(key);
  const Tables& t = *tables_;
  const bool loopback = key.in == "lo";
  if (is_multicast(Family::v4, key.dst) && !is_multicast(Family::v4, key.src)) {
    if (key.dst == 0xe0000001) return {.kind = RouteResult::Kind::local, .type = RouteType::multicast};
    return dropped(fmt::format("the host has not joined the group {}", text(Family::v4, key.dst)));
  }
  if (const auto early = before_lookup(key, loopback || t.largest(key.in, "route_localnet") != 0)) return *early;
  const Tables::Found found = t.lookup(key);
  const bool forwarding = t.forwards(Family::v4, key.in);
  if (found.type == RouteType::unspec || !found.hop) {
    if (!forwarding) return dropped(fmt::format("no route to {}, and {} does not forward", text(key.family, key.dst), key.in));
    return t.failure(key, found.type == RouteType::unspec ? RouteType::unspec : found.type);
  }
  // Source validation (fib_validate_source).
  const long long mode = t.largest(key.in, "rp_filter");
  const bool accept_local = t.largest(key.in, "accept_local") != 0;
  const auto valid_source = [&] {
    if (loopback) return true;
    if (mode == 0 && t.plain_v4) return accept_local || address_type(Family::v4, key.src) != RouteType::local;
    RouteKey back{.family = Family::v4, .dst = key.src};
    if (mode == 0 && t.lookup(back).type == RouteType::unspec) return true;
    return reverse_path_ok(key, mode != 1, accept_local, t.conf(Family::v4, key.in, "src_valid_mark") != 0 ||
                                                            t.conf(Family::v4, "all", "src_valid_mark") != 0);
  };
  const std::string invalid = fmt::format("source {} is not valid on {}{}", text(Family::v4, key.src), key.in,
                                          mode != 0 ? fmt::format(" (rp_filter {})", mode) : " (an address of this host)");
  if (found.type == RouteType::broadcast) return {.kind = RouteResult::Kind::local, .type = RouteType::broadcast};
  if (found.type == RouteType::local) {
    if (!valid_source()) return dropped(invalid);
    RouteResult r = t.to_result(RouteResult::Kind::local, found);
    return r;
  }
  if (!forwarding) return dropped(fmt::format("{} does not forward (ip_forward is 0)", key.in));
  if (found.type != RouteType::unicast) return dropped(fmt::format("martian destination {}", text(Family::v4, key.dst)));
  if (!valid_source()) return dropped(invalid);
  RouteResult r = t.to_result(RouteResult::Kind::forward, found);
  const Tables::Found back = t.lookup({.family = Family::v4, .dst = key.src});
  if (back.route && back.route->realm != 0) r.realm |= back.route->realm << 16;
  return r;
}

RouteResult Routing::input6(const RouteKey& key) const {
  const Tables& t = *tables_;
  const bool forwarding = t.forwards(Family::v6, key.in);
  if (is_multicast(Family::v6, key.dst)) {
    // All nodes, all routers, and the solicited-node groups of the host's own addresses.
    const u128 all_nodes = make_u128(0xff02000000000000, 1), all_routers = make_u128(0xff02000000000000, 2);
    bool joined = key.dst == all_nodes || (forwarding && key.dst == all_routers);
    for (const Interface& i : t.host.interfaces)
      for (const InterfaceAddress& a : i.addresses)
        joined = joined || (a.family == Family::v6 && key.dst == (make_u128(0xff02000000000000, 0x1ff000000) | (a.address & 0xffffff)));
    if (joined) return {.kind = RouteResult::Kind::local, .type = RouteType::multicast};
    return dropped(fmt::format("the host has not joined the group {}", text(Family::v6, key.dst)));
  }
  const Tables::Found found = t.lookup(key);
  if (found.type == RouteType::local) return t.to_result(RouteResult::Kind::local, found);
  if (is_link_local(key.dst)) {
    // Solicited answers to the host's own link-local address, of which nothing is known.
    return dropped(fmt::format("{} is no address of {}", text(Family::v6, key.dst), key.in));
  }
  if (!forwarding) return dropped(fmt::format("{} does not forward (net.ipv6.conf.all.forwarding is 0)", key.in));
  if (found.type == RouteType::unspec || !found.hop)
    return t.failure(key, found.type == RouteType::unspec ? RouteType::unspec : found.type);
  if (key.src == 0 || is_multicast(Family::v6, key.src) || key.src == 1)
    return dropped(fmt::format("source {} is never forwarded", text(Family::v6, key.src)));
  RouteResult r = t.to_result(RouteResult::Kind::forward, found);
  if (is_link_local(key.src)) {
    r.kind = RouteResult::Kind::error;
    r.icmp_type = 1;
    r.icmp_code = 2;
    r.reason = "a link-local source is not forwarded";
  }
  return r;
}

RouteResult Routing::output(const RouteKey& key) const {
  const Tables& t = *tables_;
  RouteKey k = key;
  if (is_multicast(k.family, k.dst) || (k.family == Family::v4 && k.dst == v4_broadcast)) {
    RouteResult r{.kind = RouteResult::Kind::out,
                  .type = k.dst == v4_broadcast ? RouteType::broadcast : RouteType::multicast,
                  .device = k.out};
    if (r.device.empty() && k.src != 0)  // the device that has the source address
      for (const Interface& i : t.host.interfaces)
        for (const InterfaceAddress& a : i.addresses)
          if (a.family == k.family && a.address == k.src) r.device = i.name;
    if (!r.device.empty()) return r;
  }
  const Tables::Found found = t.lookup(k);
  if (found.type == RouteType::local) {
    RouteResult r = t.to_result(RouteResult::Kind::local, found);
    r.device = "lo";
    r.gateway.reset();
    r.source = k.dst;
    r.mtu = 65535;
    return r;
  }
  if (found.type == RouteType::unspec || !found.hop) {
    if (!k.out.empty() && found.type == RouteType::unspec)  // bound to a device: taken to be on its link
      return {.kind = RouteResult::Kind::out, .device = k.out};
    RouteResult r = t.failure(k, found.type);
    r.kind = RouteResult::Kind::drop;
    return r;
  }
  RouteResult r = t.to_result(RouteResult::Kind::out, found);
  if (!found.route->source)
    r.source = masquerade_address(k.family, r.device, r.gateway.value_or(k.dst)).value_or(0);
  return r;
}

RouteType Routing::address_type(Family family, u128 a, const std::string& device) const {
  if (family == Family::v4) {
    if (is_v4_net(a, 0) || a == v4_broadcast) return RouteType::broadcast;
    if (is_multicast(family, a)) return RouteType::multicast;
  } else if (is_multicast(family, a)) {
    return RouteType::multicast;
  }
  const auto& fibs = tables_->fibs[static_cast<std::size_t>(family)];
  const auto local = fibs.find(table_local);
  if (local != fibs.end()) {
    const Tables::Found found = tables_->look(local->second, {.family = family, .dst = a});
    if (found.route && found.type != RouteType::multicast) {
      const bool counts = device.empty() || (found.hop && found.hop->device == device);
      return counts ? found.type : RouteType::unicast;
    }
  }
  if (family == Family::v6) {
    const Tables::Found found = tables_->lookup({.family = family, .dst = a});
    if (found.type == RouteType::unspec || !found.hop) return RouteType::unreachable;
  }
  return RouteType::unicast;
}

bool Routing::is_local(Family family, u128 address) const { return address_type(family, address) == RouteType::local; }

namespace {

// Later addresses of a subnet that has one already are secondary.
bool is_secondary(const Interface& i, std::size_t index) {
  const InterfaceAddress& a = i.addresses[index];
  for (std::size_t k = 0; k < index; ++k) {
    const InterfaceAddress& b = i.addresses[k];
    if (b.family == a.family && b.length == a.length &&
        ((a.address ^ b.address) & prefix_mask(a.family, a.length)) == 0)
      return true;
  }
  return false;
}

std::optional<u128> select_v4(const Interface& i, u128 next_hop) {
  std::optional<u128> first;
  for (std::size_t k = 0; k < i.addresses.size(); ++k) {
    const InterfaceAddress& a = i.addresses[k];
    if (a.family != Family::v4 || is_secondary(i, k)) continue;
    if (((a.address ^ next_hop) & prefix_mask(Family::v4, a.length)) == 0) return a.address;
    if (!first) first = a.address;
  }
  return first;
}

// RFC 6724 as far as a host's description goes: the scope of the destination, then the longest
// common prefix.
std::optional<u128> select_v6(const Interface& i, u128 dst) {
  const auto common = [&](u128 a) {
    unsigned n = 0;
    for (u128 difference = a ^ dst; n < 128 && (difference >> (127 - n)) == 0;) ++n;
    return n;
  };
  std::optional<u128> best;
  for (const InterfaceAddress& a : i.addresses) {
    if (a.family != Family::v6) continue;
    if (!best) {
      best = a.address;
      continue;
    }
    const bool scope = is_link_local(a.address) == is_link_local(dst), best_scope = is_link_local(*best) == is_link_local(dst);
    if (scope != best_scope ? scope : common(a.address) > common(*best)) best = a.address;
  }
  return best;
}

}  // namespace

std::optional<u128> Routing::masquerade_address(Family family, const std::string& device, u128 next_hop) const {
  const auto select = [&](const Interface& i) { return family == Family::v4 ? select_v4(i, next_hop) : select_v6(i, next_hop); };
  if (const Interface* i = tables_->host.find(device))
    if (const auto a = select(*i)) return a;
  for (const Interface& i : tables_->host.interfaces)
    if (!i.loopback)
      if (const auto a = select(i)) return a;
  return std::nullopt;
}

std::optional<u128> Routing::first_address(Family family, const std::string& device) const {
  const Interface* i = tables_->host.find(device);
  if (!i) return std::nullopt;
  for (const InterfaceAddress& a : i->addresses)
    if (a.family == family && !(family == Family::v6 && is_link_local(a.address))) return a.address;
  return std::nullopt;
}

bool knows_routes(const Host& host) {
  return !host.routes.empty() || std::any_of(host.interfaces.begin(), host.interfaces.end(), [](const Interface& i) {
    return !i.loopback && !i.addresses.empty();
  });
}

}  // namespace fwsim
