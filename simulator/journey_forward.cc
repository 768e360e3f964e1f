// Between input routing and the FORWARD hook, and from there to POSTROUTING (ip_forward.c;
// ip6_output.c, ip6_forward).
#include <fmt/format.h>

#include <algorithm>

#include "simulator/address_scope.hh"
#include "simulator/icmp_limits.hh"
#include "simulator/ip_options.hh"
#include "simulator/journey.hh"
#include "simulator/redirect.hh"
#include "simulator/rewrite.hh"
#include "simulator/split.hh"
#include "simulator/trail.hh"

namespace fwsim {

void Engine::Journey::forward(const RouteResult& route) {
  if (p_.fields.number(Field::pkttype) != 0) {
    drop("only frames for this host alone are forwarded");
    return;
  }
  if (p_.socket) {
    drop("it belongs to a socket of this host, and is not routed to it");
    return;
  }
  p_.route_type = RouteType::unicast;   // even a broadcast (bc_forwarding)
  const bool v4 = p_.family == Family::v4;
  if (p_.fields.number(Field::ttl) <= 1) {
    drop("its TTL runs out here");
    error(v4 ? 11 : 3, 0, 0, "TTL exceeded");
    return;
  }
  if (v4 ? !may_forward_v4(route) : !may_forward_v6(route)) return;
  const unsigned mtu = v4 ? route.mtu : std::max(route.mtu, least_mtu_v6);
  if (!merged_ && exceeds(p_, mtu)) {
    drop(fmt::format("{} bytes are too much for the MTU {} of {}", p_.stated_length(), mtu, route.device));
    error(v4 ? 3 : 2, v4 ? 4 : 0, mtu, "packet too big");
    return;
  }
  fit(mtu);
  if (FlowTrail* trail = e_.world_.trail) trail->forwarded = true;
  set_field(p_, Field::ttl, p_.fields.number(Field::ttl) - 1);
  if (v4 && route.redirect && !(p_.ip_options && p_.ip_options->source_route != 0)) redirect_v4(route);
  enter(in_, route.device);
  if (!hook(Hook::forward)) return;
  complete_options(route);
  transmit(route, Fate::forwarded);
}

// Generic segmentation and receive offload: TCP is taken apart behind every table, and put together before the first.
bool Engine::Journey::is_merged(unsigned mtu) const {
  constexpr unsigned tcp = 6;
  return e_.world_.recorded && p_.protocol == tcp && mtu != 0 && p_.stated_length() > mtu;
}

bool Engine::Journey::may_forward_v4(const RouteResult& route) {
  if (!p_.ip_options || !p_.ip_options->strict || !route.gateway) return true;
  drop("its strict source route leads over a gateway that is not in it");
  error(3, 5, 0, "source route failed");
  return false;
}

bool Engine::Journey::may_forward_v6(const RouteResult& route) {
  if (route.device == in_) {
    redirect_v6(route);
    return true;
  }
  const u128 src = p_.fields.get(Field::src);
  if (src == 0 || src == 1 || is_multicast(Family::v6, src))
    return drop(fmt::format("source {} is never forwarded", address_text(Family::v6, src)));
  if (!is_link_local_v6(src)) return true;
  drop(fmt::format("the link-local source {} is not forwarded", address_text(Family::v6, src)));
  error(1, 2, 0, "beyond the scope of the source");
  return false;
}

// ip_rt_send_redirect(): the packet goes on all the same.
void Engine::Journey::redirect_v4(const RouteResult& route) {
  World& world = e_.world_;
  const u128 sender = p_.fields.get(Field::src);
  unfix();
  IcmpLimits& limits = icmp_limits(world);
  if (!limits.allow_redirect(world, sender)) return;
  error(5, 1, static_cast<std::uint32_t>(route.gateway.value_or(p_.fields.get(Field::dst))), "redirect");
  limits.redirect_sent(world, sender);
}

void Engine::Journey::redirect_v6(const RouteResult& route) {
  World& world = e_.world_;
  unfix();
  IcmpLimits& limits = icmp_limits(world);
  if (!limits.allow_redirect_v6(world, p_.fields.get(Field::dst))) return;
  auto message = make_redirect_v6(p_, in_, route.gateway.value_or(p_.fields.get(Field::dst)), world);
  if (!message || !limits.allow_redirect_v6(world, p_.fields.get(Field::src))) return;
  world.generated.push_back(std::move(*message));
  run_generated("redirect");
}

}  // namespace fwsim
