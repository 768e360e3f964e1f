// From the host itself to a device, or back to itself by lo (ip_output.c, ip6_output.c).
#include "simulator/journey.hh"

#include <fmt/format.h>

#include <utility>

#include "simulator/rewrite.hh"

namespace fwsim {

Result Engine::Journey::send() {
  World& world = e_.world_;
  world.now = p_.time;
  expire_fragments();
  r_.order = world.next_order();
  p_.locally_sent = true;
  p_.fields.set(Field::mark, p_.fields.number(Field::mark));
  p_.fields.set(Field::pkttype, 0);
  p_.fields.set(Field::cpu, 0);
  p_.fields.set(Field::ipsec, 0);
  if (p_.past_hooks) return put_straight();
  RouteKey k = key(true);
  k.out = p_.next_device;
  if (p_.next_hop) k.dst = *p_.next_hop;
  if (p_.any_source) k.src = 0;
  RouteResult route = e_.routing_->output(k);
  if (route.kind != RouteResult::Kind::out && route.kind != RouteResult::Kind::local) {
    drop(route.reason.empty() ? "no route" : route.reason);
    return finish();
  }
  if (p_.fields.get(Field::src) == 0 && route.source != 0) {
    set_field(p_, Field::src, route.source);
    fix_checksums(p_);
    decode(p_);
  }
  p_.fields.set(Field::realm, route.realm);
  enter({}, route.device);
  const RouteKey before = key(true);
  if (!hook(Hook::output) || !reroute(before, route)) return finish();
  if (p_.family == Family::v6 && lacks_ipv6(route.device)) {
    drop(fmt::format("IPv6 is off on {}", route.device));
    return finish();
  }
  if (loops(route)) {
    transmit_and_loop(route);
    return finish();
  }
  transmit(route, Fate::sent);
  loop_multicasts(route);
  if (!stopped_ && r_.fate == Fate::sent && route.device == "lo") loop_back();
  return finish();
}

bool Engine::Journey::reroute(const RouteKey& before, RouteResult& route) {
  if (p_.next_hop) return true;
  RouteKey now = key(true);
  if (now.src == before.src && now.dst == before.dst && now.mark == before.mark && now.tos == before.tos) return true;
  now.out = p_.next_device;
  RouteResult again = e_.routing_->output(now);
  if (again.kind != RouteResult::Kind::out && again.kind != RouteResult::Kind::local)
    return drop(again.reason.empty() ? "no route after OUTPUT changed the packet" : again.reason, Hook::output);
  if (again.device != route.device)
    say(Hook::output, fmt::format("rerouted from {} to {}", route.device, again.device));
  route = std::move(again);
  p_.fields.set(Field::realm, route.realm);
  return true;
}

void Engine::Journey::transmit(const RouteResult& route, Fate fate) {
  enter(in_, route.device);
  if (!hook(Hook::postrouting)) return;
  leave(route, fate);
}

}  // namespace fwsim
