// From the host itself to a device, or back to itself by lo (ip_output.c, ip6_output.c).
#include "simulator/journey.hh"

#include <fmt/format.h>

#include <utility>

#include "model/socket.hh"
#include "simulator/conntrack.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

// With a header of the program's own making (IP_HDRINCL).
bool is_raw(const Packet& p) {
  constexpr unsigned raw = 255;
  return p.socket && p.socket->proto == raw;
}

// What a socket refuses to send when it is too long for the way (EMSGSIZE): raw packets with their
// header, and what must not be taken apart.
bool must_fit(const Packet& p) {
  constexpr unsigned dont_fragment = 0x4000, tcp = 6;
  if (is_raw(p)) return true;
  return p.family == Family::v4 ? (be16(p.bytes, 6) & dont_fragment) != 0 : p.protocol == tcp;
}

}  // namespace

void Engine::Journey::send() {
  begin();
  p_.locally_sent = true;
  p_.fields.set(Field::pkttype, 0);
  if (p_.past_hooks) return put_straight();
  RouteKey k = key(true);
  k.out = p_.next_device;
  if (p_.next_hop) k.dst = *p_.next_hop;
  if (is_raw(p_)) k.src = 0;   // the socket's address counts, not that of the header (raw_sendmsg)
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
  merged_ = e_.depth_ == 0 && is_merged(route.mtu);
  if (!merged_ && e_.depth_ == 0 && p_.stated_length() > route.mtu && must_fit(p_)) {
    drop(fmt::format("{} bytes are too much for the MTU {} of {}: the sender is told", p_.stated_length(), route.mtu, route.device));
    return finish();
  }
  note_route(route);
  enter({}, route.device);
  route_ = std::move(route);
  if (!hook(Hook::output)) return finish();
  route = std::move(*route_);
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
  finish();
}

void Engine::Journey::note_route(const RouteResult& route) {
  p_.fields.set(Field::realm, route.realm);
  p_.route_type = route.type;
  r_.balanced = r_.balanced || route.balanced;
}

// mangle and nat of OUTPUT ask for another route when they changed what it goes by (iptable_mangle.c,
// ipt_mangle_out; nf_nat_proto.c, nf_nat_ipv4_local_fn). Other tables' changes come too late or too early.
bool Engine::Journey::route_changed(Stage stage, const RouteKey& before, unsigned ttl) const {
  if (p_.next_hop || !route_) return false;
  if (stage == Stage::nat) {
    if (!p_.ct) return false;
    const CtEntry& e = *p_.ct;
    return p_.ct_reply ? e.reply().dst != e.original().src : e.original().dst != e.reply().src;
  }
  const RouteKey now = key(true);
  return now.src != before.src || now.dst != before.dst || now.mark != before.mark || now.tos != before.tos ||
         (p_.family == Family::v6 && p_.fields.number(Field::ttl) != ttl);
}

bool Engine::Journey::reroute() {
  RouteKey now = key(true);
  now.out = p_.next_device;
  RouteResult again = e_.routing_->output(now);
  if (again.kind != RouteResult::Kind::out && again.kind != RouteResult::Kind::local)
    return drop(again.reason.empty() ? "no route after OUTPUT changed the packet" : again.reason, Hook::output);
  if (again.device != route_->device)
    say(Hook::output, fmt::format("rerouted from {} to {}", route_->device, again.device));
  route_ = std::move(again);
  note_route(*route_);
  return true;
}

void Engine::Journey::transmit(const RouteResult& route, Fate fate) {
  // From here on the link header is that of the device it leaves by (skb->dev): tunnels have none.
  const Interface* device = e_.host().find(route.device);
  if (device && !device->ethernet) p_.link.present = false;
  enter(in_, route.device);
  if (!hook(Hook::postrouting)) return;
  leave(route, fate);
}

}  // namespace fwsim
