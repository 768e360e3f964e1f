// A frame on a bridge: learning, the choice of ports, and the IP hooks that br_netfilter calls on the
// way (net/bridge/br_input.c, br_forward.c, br_device.c, br_netfilter_hooks.c).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/bridge.hh"
#include "simulator/journey.hh"
#include "simulator/split.hh"

namespace fwsim {
namespace {

constexpr unsigned to_host = 0, to_all = 1, to_group = 2, to_other = 3;  // Field::pkttype
constexpr unsigned pppoe_header = 8;

std::string too_much(const Packet& packet, unsigned mtu, const std::string& port) {
  return fmt::format("{} bytes are too much for the MTU {} of {}", packet.fields.number(Field::length), mtu, port);
}

}  // namespace

// A packet without link header (a question) is taken as sent by a host that does as it should: to
// the station itself on the link, else to this host as its gateway.
void Engine::Journey::make_frame(const Interface& bridge) {
  if (p_.link.present) return;
  const Host& host = e_.host();
  const RouteResult route = e_.routing_->input(key(false));
  const bool on_link = route.kind == RouteResult::Kind::forward && route.device == bridge.name && !route.gateway;
  std::uint64_t to = bridge_mac(host, bridge);
  if (on_link) to = mac_of_neighbour(host, p_.family, p_.fields.get(Field::dst), bridge.name).value_or(0);
  if (route.type == RouteType::broadcast) to = broadcast_mac;
  if (route.type == RouteType::multicast)
    to = mac_of_neighbour(host, p_.family, p_.fields.get(Field::dst), bridge.name).value_or(to);
  set_destination_mac(p_, to);
  bridging_->to_host = !on_link && !is_group_mac(to);
}

void Engine::Journey::cross_bridge(const Interface& bridge, const std::string& port) {
  const Host& host = e_.host();
  bridging_ = {.bridge = &bridge, .port = port};
  if (is_pppoe(p_)) {
    p_.link.present = true;
    p_.fields.set(Field::mac_src, source_mac(p_));
  }
  enter(bridge.name, {});
  make_frame(bridge);
  const std::uint64_t from = source_mac(p_), to = destination_mac(p_);
  if (p_.link.present && (from == 0 || is_group_mac(from))) {
    drop("the source of its frame is no station's address");
    return;
  }
  if (to == bridge_mac(host, bridge)) bridging_->to_host = true;
  const Interface* device = host.find(port);
  const bool known = bridging_->to_host || to == device->mac;
  p_.fields.set(Field::pkttype, to == broadcast_mac ? to_all : is_group_mac(to) ? to_group : known ? to_host : to_other);
  bridging_->shown = is_shown_to_iptables(host, bridge, p_);
  if (bridging_->shown && !prerouting_on_bridge()) return;
  if (p_.link.present) learn_station(e_.world_, bridge, from, port);
  choose_way();
}

bool Engine::Journey::prerouting_on_bridge() {
  p_.fields.set(Field::physin, name_word(bridging_->port));
  const bool other = p_.fields.number(Field::pkttype) == to_other;
  if (other) p_.fields.set(Field::pkttype, to_host);
  enter(device_shown(e_.host(), *bridging_->bridge, p_), {});
  const u128 before = p_.fields.get(Field::dst);
  if (!hook(Hook::prerouting)) return false;
  if (other) p_.fields.set(Field::pkttype, to_other);
  return p_.fields.get(Field::dst) == before || readdress();
}

// DNAT (or a reply on its way back) changed the destination: to a station on the link it stays a
// bridged frame, all else goes to the host, which delivers or routes it.
bool Engine::Journey::readdress() {
  const Interface& bridge = *bridging_->bridge;
  const Host& host = e_.host();
  const RouteResult route = e_.routing_->input(key(false));
  if (route.kind == RouteResult::Kind::drop) return drop(route.reason);
  if (route.kind == RouteResult::Kind::forward && route.device == bridge.name) {
    const u128 next = route.gateway.value_or(p_.fields.get(Field::dst));
    const auto mac = mac_of_neighbour(host, p_.family, next, bridge.name);
    bridging_->to_host = false;
    bridging_->unresolved = !mac;
    set_destination_mac(p_, mac.value_or(0));
    return true;
  }
  set_destination_mac(p_, bridge_mac(host, bridge));
  bridging_->to_host = true;
  p_.fields.set(Field::pkttype, to_host);
  return true;
}

// Ports for the frame, in the order of joining; the host too when it is for that.
void Engine::Journey::choose_way() {
  const Interface& bridge = *bridging_->bridge;
  const Host& host = e_.host();
  const std::uint64_t to = destination_mac(p_);
  if (!is_group_mac(to) && (bridging_->to_host || is_bridge_address(host, bridge, to))) return take_up();
  std::vector<std::string> ports;
  const auto station = is_group_mac(to) ? std::nullopt : port_of_station(e_.world_, bridge, to);
  for (const std::string& port : station ? std::vector{*station} : flooded_ports(host, bridge.name, to, false))
    if (goes_from_port_to_port(host, bridging_->port, port)) ports.push_back(port);
  if (bridging_->unresolved && ports.size() > 1) {
    r_.fate = Fate::unknown;
    r_.reason = "the host asks on the link for its new destination, and no neighbour of that address is described";
    return;
  }
  const bool up = is_group_mac(to);
  if (ports.empty() && !up) {
    drop(station ? "its station is behind the port it came by" : "the bridge has no other port");
    return;
  }
  if (!bridging_->shown)
    pass_unseen(ports, up);
  else
    pass_seen(ports, up);
}

void Engine::Journey::pass_unseen(const std::vector<std::string>& ports, bool up) {
  r_.fate = Fate::bridged;
  if (!ports.empty()) r_.out_if = ports.front();
  for (auto port = ports.rbegin(); port != ports.rend(); ++port) put_on_port(*port, Fate::bridged);
  if (up) take_up();
}

// Each port gets its own copy, and each copy passes FORWARD and POSTROUTING by itself.
void Engine::Journey::pass_seen(const std::vector<std::string>& ports, bool up) {
  const Packet whole = p_;
  const auto copy = [&](const auto& way) {
    keep_records();
    Result result{.in_if = r_.in_if, .order = e_.world_.next_order(), .packet = whole};
    Journey other(e_, result);
    other.bridging_ = bridging_;
    way(other);
    keep_copy(other);
  };
  bool first = true;
  for (auto port = ports.rbegin(); port != ports.rend(); ++port)
    if (std::exchange(first, false))
      forward_by_port(*port);
    else
      copy([&](Journey& other) { other.forward_by_port(*port); });
  if (!up) return;
  if (first)
    take_up();
  else
    copy([](Journey& other) { other.take_up(); });
}

void Engine::Journey::forward_by_port(const std::string& port) {
  const Interface& bridge = *bridging_->bridge;
  p_.fields.set(Field::physout, name_word(port));
  p_.route_type = RouteType::unicast;   // the bridge's own (fake_rtable), of whatever destination
  if (p_.fields.number(Field::pkttype) == to_other) p_.fields.set(Field::pkttype, to_host);
  enter(device_shown(e_.host(), bridge, p_), bridge.name);
  if (!hook(Hook::forward)) return;
  enter({}, bridge.name);
  if (!hook(Hook::postrouting)) return;
  put_on_port(port, Fate::forwarded);
  r_.out_if = port;
}

void Engine::Journey::put_on_port(const std::string& port, Fate fate) {
  World& world = e_.world_;
  const Interface* device = e_.host().find(port);
  const unsigned mtu = (device ? device->mtu : 1500) - (is_pppoe(p_) ? pppoe_header : 0);
  const bool shown = bridging_ && bridging_->shown;
  Split parts = shown && !merged_ ? split(p_, mtu, world.random) : Split{};
  if (parts.kind != Split::Kind::whole && parts.kind != Split::Kind::parts) {
    drop(too_much(p_, mtu, port));
    if (p_.family == Family::v6) error(2, 0, mtu, "packet too big");
    return;
  }
  if (!shown && !merged_ && p_.fields.number(Field::length) > mtu) {
    drop(too_much(p_, mtu, port));
    return;
  }
  r_.fate = fate;
  if (parts.kind == Split::Kind::whole) r_.out.push_back({port, p_, world.next_order()});
  for (Packet& part : parts.fragments) r_.out.push_back({port, std::move(part), world.next_order()});
}

// To the host by the bridge device (br_pass_frame_up). PREROUTING is behind the packet if it was
// shown there; then a frame that is not for the host alone is confirmed here, before INPUT (br_nf_local_in).
void Engine::Journey::take_up() {
  const Interface& bridge = *bridging_->bridge;
  if (bridging_->shown && p_.ct && p_.fields.number(Field::pkttype) != to_host && !confirm(Hook::prerouting)) return;
  std::string device = bridge.name;
  if (p_.link.tagged) {
    const auto vlan = vlan_device(e_.host(), bridge, p_);
    if (!vlan) return refuse(fmt::format("no device takes VLAN {} of {}", p_.link.vlan & 0xfff, bridge.name));
    device = *vlan;
    p_.link.tagged = false;
  }
  if (is_pppoe(p_)) return refuse("PPPoE for the host itself");
  if (p_.fields.number(Field::pkttype) == to_other) return refuse("its frame is for another port of the host");
  if (const std::string_view fault = arrival_fault(p_, false); !fault.empty()) return refuse(std::string(fault));
  enter(device, {});
  if (bridging_->shown || hook(Hook::prerouting)) deliver_or_forward();
}

// The end of a frame for the host that IP does not take; what was flooded has left all the same.
void Engine::Journey::refuse(std::string reason) {
  if (!r_.out.empty()) return;
  drop(std::move(reason));
  if (!bridging_->shown) r_.fate = Fate::ignored;
}

// A packet of the host, or routed by it, that leaves by a bridge: by which ports (br_dev_xmit). Where
// the next hop's MAC address is not known it stays with the bridge.
void Engine::Journey::choose_ports(const RouteResult& route) {
  const Interface* bridge = find_bridge(e_.host(), route.device);
  if (!bridge) return;
  const u128 next = p_.next_hop.value_or(route.gateway.value_or(p_.fields.get(Field::dst)));
  const auto mac = route.type == RouteType::broadcast ? std::optional(broadcast_mac)
                                                      : mac_of_neighbour(e_.host(), p_.family, next, bridge->name);
  std::vector<std::string> ports = flooded_ports(e_.host(), bridge->name, mac.value_or(0), true);
  const auto station = mac ? port_of_station(e_.world_, *bridge, *mac) : std::nullopt;
  if (station) ports = {*station};
  if ((!mac && ports.size() > 1) || ports.empty()) return;
  r_.out_if = ports.front();
  std::vector<Sent> spread;
  for (Sent& sent : r_.out) {
    if (sent.device != bridge->name) {
      spread.push_back(std::move(sent));
      continue;
    }
    for (auto port = ports.rbegin(); port != ports.rend(); ++port)
      spread.push_back({*port, sent.packet, sent.order, sent.gateway});
  }
  r_.out = std::move(spread);
}

// A TCP reset for a packet that came by a port goes back by that port at once (nf_send_reset).
void Engine::Journey::put_straight() {
  const RouteResult route = e_.routing_->output(key(true));
  if (route.kind != RouteResult::Kind::out && route.kind != RouteResult::Kind::local) {
    drop(route.reason.empty() ? "no route" : route.reason);
    return finish();
  }
  put_on_port(p_.next_device, Fate::sent);
  r_.out_if = p_.next_device;
  finish();
}

}  // namespace fwsim
