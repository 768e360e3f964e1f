#include "simulator/sources/placement.hh"

#include <algorithm>

namespace fwsim {
namespace {

bool sent_by_mac(const Packet& packet, const Host& host) {
  if (!packet.link.present) return false;
  std::uint64_t mac = 0;
  for (std::size_t i = 6; i < 12; ++i) mac = (mac << 8) | packet.link.ethernet[i];
  return mac != 0 && std::any_of(host.interfaces.begin(), host.interfaces.end(),
                                 [&](const Interface& i) { return i.mac == mac; });
}

// A forwarded packet after its source was translated to an address of this host.
bool is_translated(const Packet& packet, Conntrack& conntrack) {
  const auto tuple = tuple_of(packet);
  const auto answer = tuple ? inverted(*tuple) : std::nullopt;
  if (!answer) return false;
  bool reply = false;
  const auto entry = conntrack.find(*answer, {}, packet.time, reply);
  if (!entry) return false;
  // Either direction of a translated connection: what leaves is the answer to the other tuple.
  const std::uint32_t bit = reply ? ct_src_nat : ct_dst_nat;
  return (entry->status & bit) != 0;
}

// The device by which the kernel would answer this packet's sender.
std::string towards(const Packet& packet, const Host& host, const Routing& routing) {
  const RouteResult back = routing.output({.family = packet.family, .dst = packet.fields.get(Field::src)});
  if (back.kind == RouteResult::Kind::out) return back.device;
  for (const Interface& i : host.interfaces)
    if (!i.loopback) return i.name;
  return "lo";
}

}  // namespace

Placement place_packet(const Packet& packet, const std::string& device, bool outbound, const Host& host,
                       const Routing& routing, Conntrack& conntrack) {
  const bool own_source = routing.is_local(packet.family, packet.fields.get(Field::src));
  if (own_source) return {is_translated(packet, conntrack) ? Place::leaves : Place::sent, {}};
  if (outbound || sent_by_mac(packet, host)) return {Place::leaves, {}};
  return {Place::arrives, device.empty() ? towards(packet, host, routing) : device};
}

}  // namespace fwsim
