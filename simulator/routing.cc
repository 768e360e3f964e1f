#include "simulator/routing.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/packet.hh"
#include "simulator/routing_tables.hh"
#include "simulator/source_address.hh"

namespace fwsim {
namespace {

constexpr std::size_t cache_slots = 1024;

std::size_t slot_of(const RouteKey& key) {
  const u128 mixed =
      key.src * 0x9e3779b97f4a7c15U + (key.dst ^ (key.dst >> 61)) * 0xc2b2ae3d27d4eb4fU + key.mark + key.tos;
  return static_cast<std::size_t>((mixed ^ (mixed >> 64)) >> 20) % cache_slots;
}

// An IPv6 address has the scope of the destination it answers for: link-local and site-local ones go with
// such, groups included (nf_nat_redirect_ipv6_usable).
bool same_scope(u128 address, u128 dst) {
  const bool group = (dst >> 120) == 0xff;
  const auto scope = static_cast<unsigned>(dst >> 112) & 15;
  if (is_link_local_v6(dst) || (group && scope == 2)) return is_link_local_v6(address);
  if (is_site_local_v6(dst) || (group && scope == 5)) return is_site_local_v6(address);
  if (group && scope == 1) return false;
  return !is_link_local_v6(address);
}

}  // namespace

RouteResult dropped(std::string reason) { return {.kind = RouteResult::Kind::drop, .reason = std::move(reason)}; }

Routing::Tables::Tables(const Host& h) : host(h), routes(h) {
  forwarding_v6 = host.sysctl("net.ipv6.conf.all.forwarding", 0) != 0;
  for (const Interface& i : host.interfaces) devices_.emplace(i.name, read_settings(i.name));
  unknown_ = read_settings("default");
  unknown_.interface = nullptr;
}

// Devices begin with the values of conf.default; some of conf.all count beside the device's own.
DeviceSettings Routing::Tables::read_settings(const std::string& device) const {
  const auto own = [&](const char* name, long long otherwise) {
    const long long by_default = host.sysctl(fmt::format("net.ipv4.conf.default.{}", name), otherwise);
    return host.sysctl(fmt::format("net.ipv4.conf.{}.{}", device, name), by_default);
  };
  const auto all = [&](const char* name, long long otherwise) {
    return host.sysctl(fmt::format("net.ipv4.conf.all.{}", name), otherwise);
  };
  const auto either = [&](const char* name, long long otherwise) {
    return own(name, otherwise) != 0 || all(name, otherwise) != 0;
  };
  DeviceSettings s{.interface = host.find(device)};
  const long long forward = host.sysctl("net.ipv4.ip_forward", 0);
  s.forwarding = host.sysctl(fmt::format("net.ipv4.conf.{}.forwarding", device), forward) != 0;
  s.rp_filter = std::max(own("rp_filter", 0), all("rp_filter", 0));
  s.accept_local = either("accept_local", 0);
  s.src_valid_mark = either("src_valid_mark", 0);
  s.route_localnet = either("route_localnet", 0);
  s.send_redirects = either("send_redirects", 1);
  s.shared_media = either("shared_media", 1);
  s.bc_forwarding = own("bc_forwarding", 0) != 0 && all("bc_forwarding", 0) != 0;
  if (s.interface)
    s.has_address = std::any_of(s.interface->addresses.begin(), s.interface->addresses.end(),
                                [](const InterfaceAddress& a) { return a.family == Family::v4; });
  return s;
}

const DeviceSettings& Routing::Tables::settings(const std::string& device) const {
  const auto found = devices_.find(device);
  return found == devices_.end() ? unknown_ : found->second;
}

RouteResult Routing::Tables::to_result(RouteResult::Kind kind, const FibResult& found) const {
  RouteResult r{.kind = kind, .type = found.type, .device = found.hop->device, .gateway = found.hop->gateway};
  const Interface* i = settings(r.device).interface;
  const unsigned own = i ? i->mtu : 1500;
  r.mtu = found.route->mtu != 0 ? std::min(found.route->mtu, own) : own;
  r.realm = found.route->realm;
  r.source = found.route->source.value_or(0);
  r.balanced = found.many;
  r.fixed_source = found.route->source.has_value();
  r.prefix = found.length;
  return r;
}

// fib_props and ip_error(); ip6_pkt_drop(). A rule of type unreachable is another error than a route.
RouteResult Routing::Tables::failure(const RouteKey& key, const FibResult& found) const {
  const bool v4 = key.family == Family::v4;
  const std::string dst = address_text(key.family, key.dst);
  const char* const by = found.route ? "route" : "routing rule";
  RouteResult r{.kind = RouteResult::Kind::error, .type = found.type};
  r.icmp_type = v4 ? 3 : 1;
  switch (found.type) {
    case RouteType::prohibit:
      r.icmp_code = v4 ? 13 : 1;
      r.reason = fmt::format("a {} prohibits {}", by, dst);
      break;
    case RouteType::unreachable:
      r.icmp_code = v4 && found.route ? 1 : 0;
      r.reason = fmt::format("a {} makes {} unreachable", by, dst);
      break;
    case RouteType::unspec:
    case RouteType::throw_:
      r.type = RouteType::unspec;
      r.reason = fmt::format("no route to {}", dst);
      break;
    default:
      r.kind = RouteResult::Kind::drop;
      r.reason = fmt::format("a {} to {} is a blackhole", by, dst);
  }
  return r;
}

template <class Compute>
RouteResult Routing::Tables::cached(std::size_t which, const RouteKey& key, Compute compute) const {
  if (key.family == Family::v4 && routes.by_destination()) return compute(key);   // those lookups are remembered
  auto& slots = cache[which];
  if (slots.empty()) slots.resize(cache_slots);
  Slot& slot = slots[slot_of(key)];
  if (!slot.used || !(slot.key == key)) slot = {true, key, compute(key)};
  return slot.result;
}

Routing::Routing(const Host& host) : tables_(std::make_unique<Tables>(host)) {}
Routing::~Routing() = default;

namespace {

RouteKey without_ports(RouteKey key) {
  key.proto = 0;
  key.sport = key.dport = 0;
  return key;
}

}  // namespace

RouteResult Routing::input(const RouteKey& key) const {
  return tables_->cached(0, tables_->routes.asks_ports() ? key : without_ports(key), [&](const RouteKey& k) {
    return k.family == Family::v4 ? tables_->input_v4(k) : tables_->input_v6(k);
  });
}

RouteResult Routing::output(const RouteKey& key) const {
  return tables_->cached(1, tables_->routes.asks_ports() ? key : without_ports(key), [&](const RouteKey& k) {
    return k.family == Family::v4 ? tables_->output_v4(k) : tables_->output_v6(k);
  });
}

bool Routing::reverse_path_ok(const RouteKey& key, bool loose, bool accept_local, bool valid_mark) const {
  return tables_->reverse_path_ok(key, loose, accept_local, valid_mark);
}

std::vector<std::uint32_t> Routing::Tables::find_class_bounds() const {
  std::vector<std::uint32_t> bounds = routes.bounds();
  const auto add = [&](u128 network, unsigned length) {
    const u128 mask = prefix_mask(Family::v4, length), next = (network & mask) + (u128{1} << (32 - length));
    bounds.push_back(static_cast<std::uint32_t>(network & mask));
    if (next <= 0xffffffff) bounds.push_back(static_cast<std::uint32_t>(next));
  };
  // What is asked about beside the tables: see routing_v4.cc.
  add(0, 32), add(0x7f000000, 8), add(0xe0000000, 4), add(0xe0000000, 24), add(0xe0000001, 32), add(limited_broadcast, 32);
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses)
      if (a.family == Family::v4) add(a.address, a.length), add(a.address, 32), add(a.peer.value_or(a.address), a.length);
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return bounds;
}

std::optional<std::uint32_t> Routing::address_class(Family family, u128 address) const {
  if (family != Family::v4 || !tables_->routes.by_destination()) return std::nullopt;
  std::vector<std::uint32_t>& bounds = tables_->class_bounds;
  if (bounds.empty()) bounds = tables_->find_class_bounds();
  const auto behind = std::upper_bound(bounds.begin(), bounds.end(), static_cast<std::uint32_t>(address));
  return static_cast<std::uint32_t>(behind - bounds.begin() - 1);
}

RouteType Routing::address_type(Family family, u128 a, const std::string& device) const {
  if (family == Family::v4 && (a == 0 || a == limited_broadcast)) return RouteType::broadcast;
  if (is_multicast(family, a)) return RouteType::multicast;
  const FibResult local = tables_->routes.find_in(table_local, {.family = family, .dst = a});
  if (local.found() && local.type != RouteType::multicast) {
    if (device.empty() || local.route->hops.front().device == device) return local.type;
    if (family == Family::v4) return RouteType::unicast;
  }
  // xt_addrtype.c, match_lookup_rt6: a route that leads out by the device asked for, or none.
  if (family == Family::v6 && !tables_->routes.find({.family = family, .dst = a, .out = device}).found())
    return RouteType::unreachable;
  return RouteType::unicast;
}

bool Routing::is_local(Family family, u128 address) const { return address_type(family, address) == RouteType::local; }

std::optional<u128> Routing::masquerade_address(Family family, const std::string& device, u128 next_hop) const {
  return family == Family::v4 ? select_source_v4(tables_->host, device, next_hop)
                              : select_source_v6(tables_->host, device, next_hop);
}

std::optional<u128> Routing::first_address(Family family, const std::string& device, u128 dst) const {
  const Interface* i = tables_->host.find(device);
  if (!i) return std::nullopt;
  for (const InterfaceAddress& a : i->addresses)
    if (a.family == family && (family == Family::v4 || same_scope(a.address, dst))) return a.address;
  return std::nullopt;
}

std::optional<u128> Routing::source_for(Family family, u128 dst, std::uint32_t mark, std::uint8_t tos) const {
  const RouteResult r = output({.family = family, .dst = dst, .mark = mark, .tos = tos});
  const bool leads = r.kind == RouteResult::Kind::out || r.kind == RouteResult::Kind::local;
  return leads && r.source != 0 ? std::optional(r.source) : std::nullopt;
}

unsigned Routing::mtu(const std::string& device) const {
  const Interface* i = tables_->settings(device).interface;
  return i ? i->mtu : 1500;
}

bool knows_routes(const Host& host) {
  return !host.routes.empty() || std::any_of(host.interfaces.begin(), host.interfaces.end(), [](const Interface& i) {
    return !i.loopback && !i.addresses.empty();
  });
}

RouteType destination_type(const Packet& packet) {
  if (packet.family == Family::v4 && packet.route_type) return *packet.route_type;
  return static_cast<RouteType>(packet.fields.number(Field::dst_type));
}

bool is_for_many(const Packet& packet) {
  const u128 dst = packet.fields.get(Field::dst);
  if (packet.family == Family::v6) return (dst >> 120) == 0xff;
  const RouteType type = destination_type(packet);
  return type == RouteType::broadcast || type == RouteType::multicast ||
         (!packet.route_type && (dst == limited_broadcast || is_multicast(Family::v4, dst)));
}

}  // namespace fwsim
