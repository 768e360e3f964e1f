// From a device to the host or to another device (ip_input.c, ip_forward.c, ip6_input.c, ip6_output.c).
#include "simulator/journey.hh"

#include <fmt/format.h>

#include "simulator/bridge.hh"
#include "simulator/host_replies.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

unsigned pkttype(const Packet& p) { return static_cast<unsigned>(p.fields.number(Field::pkttype)); }

}  // namespace

Result Engine::Journey::receive(const std::string& device) {
  World& world = e_.world_;
  r_.order = world.next_order();
  world.now = p_.time;
  p_.fields.set(Field::mark, p_.fields.number(Field::mark));
  if (!p_.fields.has(Field::pkttype)) p_.fields.set(Field::pkttype, 0);
  p_.fields.set(Field::cpu, 0);
  p_.fields.set(Field::ipsec, 0);
  r_.in_if = device;
  if (const Interface* bridge = bridge_of(e_.host(), device)) {
    cross_bridge(*bridge, device);
    return finish();
  }
  enter(device, {});
  if (pkttype(p_) == 3) {
    r_.fate = Fate::ignored;
    r_.reason = "its frame is for another host";
    return finish();
  }
  if (const std::string_view fault = arrival_fault(p_, device == "lo"); !fault.empty()) {
    r_.fate = Fate::ignored;
    r_.reason = std::string(fault);
    return finish();
  }
  if (hook(Hook::prerouting)) deliver_or_forward();
  return finish();
}

// A packet of a connection of this host gets its socket before it is routed (ip_rcv_finish_core,
// tcp_v4_early_demux, udp_v4_early_demux), unless TPROXY gave it one.
void Engine::Journey::find_socket_early() {
  if (p_.socket || pkttype(p_) != 0 || p_.fields.number(Field::frag_off) != 0) return;
  const Bytes l4 = p_.transport();
  const bool tcp = p_.protocol == 6;
  if (!(tcp && l4.size() >= 20) && !(p_.protocol == 17 && l4.size() >= 8)) return;
  const auto on = [&](const char* name) { return e_.host().sysctl(name, 1) != 0; };
  if (!on("net.ipv4.ip_early_demux") || !on(tcp ? "net.ipv4.tcp_early_demux" : "net.ipv4.udp_early_demux")) return;
  FoundSocket found = e_.world_.sockets.early({.family = p_.family,
                                               .proto = static_cast<std::uint8_t>(p_.protocol),
                                               .src = p_.fields.get(Field::src),
                                               .sport = be16(l4, 0),
                                               .dst = p_.fields.get(Field::dst),
                                               .dport = be16(l4, 2),
                                               .device = in_});
  if (found.socket) attach_socket(p_, std::move(found.socket));
}

void Engine::Journey::deliver_or_forward() {
  note_addresses();
  find_socket_early();
  const RouteResult route = e_.routing_->input(key(false));
  p_.fields.set(Field::realm, route.realm);
  switch (route.kind) {
    case RouteResult::Kind::local: return deliver();
    case RouteResult::Kind::forward:
    case RouteResult::Kind::out: return forward(route);
    case RouteResult::Kind::drop: drop(route.reason); return;
    case RouteResult::Kind::error:
      drop(route.reason);
      answer_with_error(route);
      return;
  }
}

// Fragments are not put together here, and what a rule says of one is not what it says of the whole.
bool Engine::Journey::give_up_on_fragment() {
  const bool fragment = p_.fields.number(Field::frag_off) != 0 ||
                        (p_.family == Family::v4 ? (be16(p_.all(), 6) & 0x2000) != 0 : p_.fields.number(Field::frag_more) != 0);
  if (!fragment) return false;
  r_.fate = Fate::unknown;
  r_.reason = "it is a fragment: the kernel judges the packet once it is whole, which is not simulated yet";
  return true;
}

void Engine::Journey::deliver() {
  if (p_.family == Family::v4 && give_up_on_fragment()) return;
  enter(in_, {});
  if (!hook(Hook::input)) return;
  r_.fate = Fate::delivered;
  if (!e_.options_.host_replies) return;
  if (const std::string why = answer_delivered(p_, e_.world_); !why.empty()) say(Hook::input, why);
  run_generated("the host");
}

// Between input routing and FORWARD (ip_forward, ip6_forward).
void Engine::Journey::forward(const RouteResult& route) {
  const bool v4 = p_.family == Family::v4;
  if (pkttype(p_) != 0) {
    drop("only frames for this host alone are forwarded");
    return;
  }
  if (p_.socket) {
    drop("it belongs to a socket of this host, and is not routed to it");
    return;
  }
  if (p_.fields.number(Field::ttl) <= 1) {
    drop("its TTL runs out here");
    error(v4 ? 11 : 3, 0, 0, "TTL exceeded");
    return;
  }
  const auto length = p_.fields.number(Field::length);
  const bool whole_only = !v4 || (be16(p_.all(), 6) & 0x4000) != 0;
  if (length > route.mtu && whole_only) {
    drop(fmt::format("{} bytes are too much for the MTU {} of {}", length, route.mtu, route.device));
    error(v4 ? 3 : 2, v4 ? 4 : 0, route.mtu, "packet too big");
    return;
  }
  set_field(p_, Field::ttl, p_.fields.number(Field::ttl) - 1);
  enter(in_, route.device);
  if (!hook(Hook::forward)) return;
  transmit(route, Fate::forwarded);
}

}  // namespace fwsim
