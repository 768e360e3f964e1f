// From the host itself to a device, or back to itself by lo (ip_output.c, ip6_output.c).
#include "simulator/journey.hh"

#include <fmt/format.h>

#include <utility>

#include "simulator/rewrite.hh"

namespace fwsim {

Result Engine::Journey::send() {
  World& world = e_.world_;
  r_.order = world.next_order();
  world.now = p_.time;
  p_.locally_sent = true;
  p_.fields.set(Field::mark, p_.fields.number(Field::mark));
  p_.fields.set(Field::pkttype, 0);
  p_.fields.set(Field::cpu, 0);
  p_.fields.set(Field::ipsec, 0);
  RouteKey k = key(true);
  k.out = p_.next_device;
  if (p_.next_hop) k.dst = *p_.next_hop;
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
  enter({}, route.device);
  if (!hook(Hook::output) || !reroute(route)) return finish();
  transmit(route, Fate::sent);
  if (!stopped_ && r_.fate == Fate::sent && route.device == "lo") loop_back();
  return finish();
}

bool Engine::Journey::reroute(RouteResult& route) {
  if (p_.next_hop) return true;
  RouteResult again = e_.routing_->output(key(true));
  if (again.kind != RouteResult::Kind::out && again.kind != RouteResult::Kind::local)
    return drop(again.reason.empty() ? "no route after OUTPUT changed the packet" : again.reason, Hook::output);
  if (again.device != route.device)
    say(Hook::output, fmt::format("rerouted from {} to {}", route.device, again.device));
  route = std::move(again);
  return true;
}

// A packet for the host itself comes back by lo, with its connection still attached.
void Engine::Journey::loop_back() {
  r_.out.clear();
  p_.fields.clear(Field::uid, Field::gid);
  p_.fields.clear(Field::socket);
  enter("lo", {});
  if (!hook(Hook::prerouting)) return;
  note_addresses();
  const RouteResult route = e_.routing_->input(key(false));
  if (route.kind == RouteResult::Kind::local)
    deliver();
  else
    drop(route.reason);
}

void Engine::Journey::transmit(const RouteResult& route, Fate fate) {
  enter(in_, route.device);
  if (!hook(Hook::postrouting)) return;
  r_.fate = fate;
  r_.out_if = route.device;
  r_.out.push_back({route.device, p_, e_.world_.next_order(), route.gateway});
}

}  // namespace fwsim
