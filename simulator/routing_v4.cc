// IPv4: ip_route_input_slow, fib_validate_source, ip_route_output_key_hash_rcu
// (net/ipv4/route.c, fib_frontend.c).
#include <fmt/format.h>

#include <algorithm>

#include "simulator/routing_tables.hh"
#include "simulator/source_address.hh"

namespace fwsim {
namespace {

using Kind = RouteResult::Kind;
constexpr u128 localhost = 0x7f000001;
constexpr u128 all_hosts = 0xe0000001;  // 224.0.0.1, of which every host is a member

bool is_loopback(u128 address) { return (address >> 24) == 127; }
std::string text(u128 address) { return address_text(Family::v4, address); }

// The kernel finds an entry that takes the packet and says nothing (ip_error of a device that does not
// forward).
RouteResult refused(std::string reason) {
  RouteResult r = dropped(std::move(reason));
  r.refused = true;
  return r;
}

RouteResult martian(const char* what, u128 address, const RouteKey& key) {
  return dropped(fmt::format("martian {} {} on {}", what, text(address), key.in));
}

// Addresses that no route is asked about. Of 0.0.0.0/8 only the first is special (since Linux 5.3).
std::optional<RouteResult> before_lookup(const RouteKey& key, bool localnet) {
  if (is_multicast(Family::v4, key.src) || key.src == limited_broadcast) return martian("source", key.src, key);
  if (key.dst == limited_broadcast || (key.src == 0 && key.dst == 0))
    return RouteResult{.kind = Kind::local, .type = RouteType::broadcast};
  if (key.src == 0) return martian("source", key.src, key);
  if (key.dst == 0) return martian("destination", key.dst, key);
  if (localnet) return std::nullopt;
  if (is_loopback(key.dst)) return martian("destination", key.dst, key);
  if (is_loopback(key.src)) return martian("source", key.src, key);
  return std::nullopt;
}

}  // namespace

bool Routing::Tables::reverse_path_ok(const RouteKey& key, bool loose, bool accept_local, bool valid_mark,
                                      std::uint32_t* realm) const {
  RouteKey back{
      .family = key.family, .src = key.dst, .dst = key.src, .mark = valid_mark ? key.mark : 0, .tos = key.tos};
  if (key.family == Family::v4 &&
      (is_multicast(Family::v4, key.dst) || key.dst == limited_broadcast || key.dst == 0))
    back.src = 0;
  const FibResult found = routes.find(back);
  if (!found.found() || (found.type != RouteType::unicast && !(found.type == RouteType::local && accept_local)))
    return false;
  if (realm) *realm |= (found.route->realm & 0xffff) << 16;
  return loose || std::any_of(found.route->hops.begin(), found.route->hops.end(),
                              [&](const NextHop& hop) { return hop.device == key.in; });
}

std::string Routing::Tables::invalid_source(const RouteKey& key, const std::string& out, std::uint32_t& realm,
                                            bool* on_link) const {
  const DeviceSettings& s = settings(key.in);
  if (s.loopback()) return {};
  const auto refuse = [&](const char* why) {
    return fmt::format("source {} is not valid on {}: {}", text(key.src), key.in, why);
  };
  const bool short_check = s.rp_filter == 0 && !routes.has_realms() && (key.in != out || !s.send_redirects);
  if (short_check) {
    if (s.accept_local) return {};
    if (!routes.customized()) {
      const FibResult own = routes.find_in(table_local, {.family = Family::v4, .dst = key.src});
      const bool is_own = own.found() && own.type == RouteType::local && own.length == 32;
      return is_own ? refuse("it is an address of this host") : std::string{};
    }
  }
  RouteKey back{.family = Family::v4, .src = key.dst, .dst = key.src, .mark = s.src_valid_mark ? key.mark : 0,
                .tos = key.tos, .in = out, .proto = key.proto, .sport = key.dport, .dport = key.sport};
  const FibResult found = routes.find(back);
  if (!found.found()) return s.rp_filter != 0 ? refuse("no route leads back to it (rp_filter)") : std::string{};
  if (found.type != RouteType::unicast && !(found.type == RouteType::local && s.accept_local))
    return refuse(found.type == RouteType::local ? "it is an address of this host" : "it is no unicast address");
  realm |= (found.route->realm & 0xffff) << 16;
  const bool by_device = std::any_of(found.route->hops.begin(), found.route->hops.end(),
                                     [&](const NextHop& hop) { return hop.device == key.in; });
  if (on_link) *on_link = is_on_link(found, back, key.in, by_device);
  if (by_device || s.rp_filter == 0) return {};
  if (!s.has_address) return refuse("the device has no address (rp_filter)");
  return s.rp_filter == 1 ? refuse("the way back to it is by another device (rp_filter)") : std::string{};
}

bool Routing::Tables::is_on_link(const FibResult& found, RouteKey back, const std::string& device, bool by_device) const {
  if (by_device) return !found.hop->gateway;
  back.out = device;
  const FibResult here = routes.find(back);
  return here.found() && here.type == RouteType::unicast && !here.hop->gateway;
}

// __mkroute_input(): IPSKB_DOREDIRECT.
bool Routing::Tables::earns_redirect(const RouteKey& key, const RouteResult& route, bool on_link) const {
  const DeviceSettings& s = settings(key.in);
  if (route.device != key.in || !on_link || !s.send_redirects) return false;
  if (s.shared_media || !s.interface) return s.shared_media;
  return std::any_of(s.interface->addresses.begin(), s.interface->addresses.end(), [&](const InterfaceAddress& a) {
    if (a.family != Family::v4) return false;
    const auto has = [&](u128 other) { return ((a.address ^ other) & prefix_mask(Family::v4, a.length)) == 0; };
    return has(key.src) && (!route.gateway || has(*route.gateway));
  });
}

RouteResult Routing::Tables::input_v4(const RouteKey& key) const {
  const DeviceSettings& s = settings(key.in);
  std::uint32_t realm = 0;
  RouteKey validated = key;
  const auto to_host = [&](RouteType type) {
    const std::string wrong = invalid_source(validated, {}, realm);
    if (!wrong.empty()) return dropped(wrong);
    return RouteResult{.kind = Kind::local, .type = type, .device = "lo", .realm = realm};
  };
  if (is_multicast(Family::v4, key.dst)) {
    if (is_multicast(Family::v4, key.src) || key.src == limited_broadcast ||
        (is_loopback(key.src) && !s.route_localnet && !s.loopback()))
      return martian("source", key.src, key);
    if (key.dst != all_hosts) return dropped(fmt::format("the host has not joined the group {}", text(key.dst)));
    validated.dst = 0;
    return key.src == 0 ? RouteResult{.kind = Kind::local, .type = RouteType::multicast}
                        : to_host(RouteType::multicast);
  }
  if (const auto early = before_lookup(key, s.loopback() || s.route_localnet)) {
    if (early->kind != Kind::local || key.src == 0) return *early;
    validated.dst = 0;
    return to_host(RouteType::broadcast);
  }
  const FibResult found = routes.find(key);
  if (!found.found()) {
    if (!s.forwarding) return refused(fmt::format("no route to {}, and {} does not forward", text(key.dst), key.in));
    RouteResult r = failure(key, found);
    r.refused = r.kind == Kind::drop;
    return r;
  }
  if (found.type == RouteType::broadcast && !s.bc_forwarding) {
    validated.dst = 0;
    return to_host(RouteType::broadcast);
  }
  if (found.type == RouteType::local) return to_host(RouteType::local);
  if (!s.forwarding) return refused(fmt::format("{} does not forward (ip_forward is 0)", key.in));
  if (found.type != RouteType::unicast && found.type != RouteType::broadcast)
    return martian("destination", key.dst, key);
  bool on_link = false;
  const std::string wrong = invalid_source(key, found.hop->device, realm, &on_link);
  if (!wrong.empty()) return dropped(wrong);
  RouteResult r = to_result(Kind::forward, found);
  r.redirect = earns_redirect(key, r, on_link);
  r.source = 0;
  r.realm |= (r.realm >> 16) != 0 ? 0 : realm;
  return r;
}

RouteResult Routing::Tables::output_v4(const RouteKey& key) const {
  RouteKey k = key;
  const bool group = is_multicast(Family::v4, k.dst), everyone = k.dst == limited_broadcast;
  const auto typed = [&](RouteResult r) {
    if (!group && !everyone) return r;
    r.type = everyone ? RouteType::broadcast : RouteType::multicast;
    r.gateway.reset();
    return r;
  };
  u128 chosen = 0;  // a source that is known before the lookup
  const auto by_loopback = [&](RouteResult r) {
    const Interface* lo = settings("lo").interface;
    r.device = "lo";
    r.gateway.reset();
    r.mtu = lo ? lo->mtu : 65536;
    return r;
  };
  const auto on_link = [&] {  // bound to a device: the destination is taken to be on its link
    RouteResult r{
        .kind = Kind::out, .device = k.out, .mtu = settings(k.out).interface ? settings(k.out).interface->mtu : 1500};
    r.source = chosen != 0 ? chosen : select_source_v4(host, k.out, 0, true).value_or(0);
    return typed(std::move(r));
  };
  if (k.src != 0 && k.out.empty() && (group || everyone)) {  // by the device that has the source address
    const FibResult own = routes.find_in(table_local, {.family = Family::v4, .dst = k.src});
    if (own.found() && own.type == RouteType::local && own.length == 32) k.out = own.hop->device;
  }
  if (const Interface* bound = settings(k.out).interface; bound && !bound->up)
    return dropped(fmt::format("{} is down", k.out));
  if (!k.out.empty() && (everyone || (k.dst >> 8) == 0xe00000)) return on_link();
  if (group && !k.out.empty() && k.src == 0) k.src = chosen = select_source_v4(host, k.out, 0).value_or(0);
  if (k.dst == 0 && !k.out.empty()) {
    const u128 own =
        settings(k.out).has_address ? select_source_v4(host, k.out, 0, true).value_or(localhost) : localhost;
    return by_loopback({.kind = Kind::local, .type = RouteType::local, .source = k.src != 0 ? k.src : own});
  }
  if (k.dst == 0) k.dst = k.src != 0 ? k.src : localhost;
  const FibResult found = routes.find(k);
  if (!found.found()) {
    if (!k.out.empty()) return on_link();
    RouteResult r = failure(k, found);
    r.kind = Kind::drop;  // the sender gets an error from its system call
    return r;
  }
  if (found.type == RouteType::local) {
    RouteResult r = to_result(Kind::local, found);
    r.source = found.route->source.value_or(k.dst);
    return typed(by_loopback(std::move(r)));
  }
  RouteResult r = to_result(Kind::out, found);
  if (chosen != 0)
    r.source = chosen;
  else if (!found.route->source)
    r.source = select_source_v4(host, r.device, r.gateway.value_or(0), !r.gateway).value_or(0);
  return typed(std::move(r));
}

}  // namespace fwsim
