// From a device to the routing decision, and to the host (ip_input.c, ip6_input.c).
#include "simulator/journey.hh"

#include <fmt/format.h>

#include "simulator/bridge.hh"
#include "simulator/defrag.hh"
#include "simulator/host_replies.hh"
#include "simulator/icmp_limits.hh"
#include "simulator/sockets.hh"

namespace fwsim {
namespace {

unsigned pkttype(const Packet& p) { return static_cast<unsigned>(p.fields.number(Field::pkttype)); }

}  // namespace

void Engine::Journey::receive(const std::string& device) {
  begin();
  r_.in_if = device;
  p_.arrived = true;
  if (const Interface* by = e_.host().find(device)) {
    merged_ = is_merged(by->mtu);
    if (by->mtu != 0) fit(by->mtu);
  }
  if (const Interface* bridge = bridge_of(e_.host(), device)) {
    unfix();
    cross_bridge(*bridge, device);
    return finish();
  }
  enter(device, {});
  if (pkttype(p_) == 3) {
    r_.fate = Fate::ignored;
    r_.reason = "its frame is for another host";
    return finish();
  }
  if (p_.family == Family::v6 && lacks_ipv6(device)) {
    r_.fate = Fate::ignored;
    r_.reason = fmt::format("IPv6 is off on {}", device);
    return finish();
  }
  if (const std::string_view fault = arrival_fault(p_, device == "lo"); !fault.empty()) {
    r_.fate = Fate::ignored;
    r_.reason = std::string(fault);
    return finish();
  }
  if (hook(Hook::prerouting)) deliver_or_forward();
  finish();
}

// A packet of a connection of this host gets its socket before it is routed (ip_rcv_finish_core,
// tcp_v4_early_demux, udp_v4_early_demux), unless TPROXY gave it one.
void Engine::Journey::find_socket_early() {
  if (p_.socket || pkttype(p_) != 0 || p_.fields.number(Field::frag_off) != 0) return;
  const Bytes l4 = p_.transport();
  const bool tcp = p_.protocol == 6;
  if (!(tcp && l4.size() >= 20) && !(p_.protocol == 17 && l4.size() >= 8)) return;
  FoundSocket found = e_.world_.sockets.early({.family = p_.family,
                                               .proto = static_cast<std::uint8_t>(p_.protocol),
                                               .src = p_.fields.get(Field::src),
                                               .sport = be16(l4, 0),
                                               .dst = p_.fields.get(Field::dst),
                                               .dport = be16(l4, 2),
                                               .device = in_});
  if (!found.socket) return;
  const auto on = [&](const char* name) { return e_.host().sysctl(name, 1) != 0; };
  unfix();
  if (on("net.ipv4.ip_early_demux") && on(tcp ? "net.ipv4.tcp_early_demux" : "net.ipv4.udp_early_demux"))
    attach_socket(p_, std::move(found.socket));
}

bool Engine::Journey::lacks_ipv6(const std::string& device) const {
  const Host& host = e_.host();
  const long long everywhere = host.sysctl("net.ipv6.conf.all.disable_ipv6", 0);
  return host.sysctl(fmt::format("net.ipv6.conf.{}.disable_ipv6", device), everywhere) != 0;
}

void Engine::Journey::deliver_or_forward() {
  note_addresses();
  find_socket_early();
  RouteResult route = e_.routing_->input(key(false));
  note_route(route);
  if ((route.kind != RouteResult::Kind::drop || route.refused) && !take_options(route)) return;
  switch (route.kind) {
    case RouteResult::Kind::local: return deliver();
    case RouteResult::Kind::forward:
    case RouteResult::Kind::out: return forward(route);
    case RouteResult::Kind::drop: drop(route.reason); return;
    case RouteResult::Kind::error:
      drop(route.reason);
      if (p_.family == Family::v6 || icmp_limits(e_.world_).allow_no_route(e_.world_, p_.fields.get(Field::src)))
        answer_with_error(route);
      return;
  }
}

void Engine::Journey::deliver() {
  // IPv6 fragments for the host are put together behind INPUT.
  if (p_.family == Family::v4 && is_fragment(p_) && !gather({.place = FragmentUser::Place::local_delivery}, {})) return;
  enter(in_, {});
  if (!hook(Hook::input)) return;
  r_.fate = Fate::delivered;
  if (!e_.options_.host_replies) return;
  if (const std::string why = answer_delivered(p_, e_.world_); !why.empty()) say(Hook::input, why);
  run_generated("the host");
}

}  // namespace fwsim
