// IPv6: ip6_route_input, ip6_route_output (net/ipv6/route.c, ip6_output.c). There is no source
// validation.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/routing_tables.hh"
#include "simulator/source_address.hh"

namespace fwsim {
namespace {

using Kind = RouteResult::Kind;

std::string text(u128 address) { return address_text(Family::v6, address); }

constexpr u128 group_address(unsigned scope, std::uint64_t low) {
  return make_u128(0xff00000000000000 | (std::uint64_t{scope} << 48), low);
}

// All nodes, all routers, and the groups by which neighbours ask for the device's addresses.
bool is_member(const Interface* device, u128 group, bool router) {
  if (group == group_address(1, 1) || group == group_address(2, 1)) return true;
  if (router && (group == group_address(1, 2) || group == group_address(2, 2) || group == group_address(5, 2)))
    return true;
  constexpr u128 solicited = group_address(2, 0x1ff000000);
  return device && std::any_of(device->addresses.begin(), device->addresses.end(), [&](const InterfaceAddress& a) {
           return a.family == Family::v6 && group == (solicited | (a.address & 0xffffff));
         });
}

}  // namespace

RouteResult Routing::Tables::input_v6(const RouteKey& key) const {
  if (is_multicast(Family::v6, key.dst)) {
    if (is_member(settings(key.in).interface, key.dst, forwarding_v6))
      return {.kind = Kind::local, .type = RouteType::multicast, .device = "lo"};
    return dropped(fmt::format("the host has not joined the group {}", text(key.dst)));
  }
  RouteKey k = key;
  if (is_link_local_v6(k.dst)) k.out = k.in;  // of this link only
  const FibResult found = routes.find(k);
  if (found.type == RouteType::local || found.type == RouteType::anycast)
    return {.kind = Kind::local, .type = found.type, .device = "lo"};
  if (!found.found()) return failure(key, found);  // also of a host that does not forward
  if (!forwarding_v6) return dropped(fmt::format("{} does not forward (net.ipv6.conf.all.forwarding is 0)", key.in));
  RouteResult r = to_result(Kind::forward, found);
  r.source = 0;
  return r;
}

RouteResult Routing::Tables::output_v6(const RouteKey& key) const {
  RouteKey k = key;
  if (k.dst == 0) k.dst = 1;
  const bool group = is_multicast(Family::v6, k.dst);
  if (k.out.empty() && k.src != 0 && (group || is_link_local_v6(k.dst)))  // by the device that has the source address
    for (const Interface& i : host.interfaces)
      for (const InterfaceAddress& a : i.addresses)
        if (a.family == Family::v6 && a.address == k.src && !i.loopback) k.out = i.name;
  const FibResult found = routes.find(k);
  if (!found.found()) {
    RouteResult r = failure(k, found);
    r.kind = Kind::drop;  // the sender gets an error from its system call
    return r;
  }
  if (found.type == RouteType::local || found.type == RouteType::anycast) {
    RouteResult r = to_result(Kind::local, found);
    r.source = found.type == RouteType::local ? k.dst : select_source_v6(host, "lo", k.dst).value_or(0);
    r.device = "lo";
    r.gateway.reset();
    const Interface* lo = settings("lo").interface;
    r.mtu = lo ? lo->mtu : 65536;
    return r;
  }
  RouteResult r = to_result(Kind::out, found);
  if (group) r.type = RouteType::multicast;
  if (!found.route->source) r.source = select_source_v6(host, r.device, k.dst).value_or(0);
  return r;
}

}  // namespace fwsim
