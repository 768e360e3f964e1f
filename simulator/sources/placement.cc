#include "simulator/sources/placement.hh"

#include <fmt/format.h>

#include <algorithm>

namespace fwsim {
namespace {

std::uint64_t mac_at(const Packet& packet, std::size_t at) {
  std::uint64_t mac = 0;
  for (std::size_t i = at; i < at + 6; ++i) mac = (mac << 8) | packet.link.ethernet[i];
  return mac;
}

// The device that has this MAC; VLANs on top of it share it and come later.
const Interface* device_with(std::uint64_t mac, const Host& host) {
  const Interface* found = nullptr;
  for (const Interface& i : host.interfaces)
    if (mac != 0 && i.mac == mac && (!found || i.name.size() < found->name.size())) found = &i;
  return found;
}

bool is_group(std::uint64_t mac) { return ((mac >> 40) & 1) != 0; }

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

namespace {

// Frames of a described Ethernet device: who they are for (cooked captures do not tell: 0), and
// which VLAN they are on.
Placement place_frame(const Packet& packet, std::string device, const Host& host) {
  const std::uint64_t to = mac_at(packet, 0);
  const Interface* own = host.find(device);
  if (!own || own->mac == 0) return {Place::arrives, std::move(device), {}};
  if (to != 0 && !is_group(to) && to != own->mac) return {Place::unseen, {}, "its frame is for another host"};
  const unsigned vlan = packet.link.vlan & 0xfff;
  if (!packet.link.tagged || (vlan == 0 && packet.link.inner_vlan == 0)) return {Place::arrives, std::move(device), {}};
  std::string name = fmt::format("{}.{}", device, vlan);
  if (packet.link.inner_vlan == 0 && host.find(name)) return {Place::arrives, std::move(name), {}};
  return {Place::unseen, {}, fmt::format("no device takes VLAN {} of {}", vlan, device)};
}

}  // namespace

Placement place_packet(const Packet& packet, const std::string& device, bool outbound, const Host& host,
                       const Routing& routing, Conntrack& conntrack) {
  const bool ethernet = packet.link.present;
  const bool own_mac = ethernet && device_with(mac_at(packet, 6), host) != nullptr;
  // A frame from somebody else, whatever source address its packet claims.
  const bool foreign = ethernet && !outbound && !own_mac && device_with(mac_at(packet, 0), host) != nullptr;
  if (!foreign && routing.is_local(packet.family, packet.fields.get(Field::src)))
    return {is_translated(packet, conntrack) ? Place::leaves : Place::sent, {}, {}};
  if (outbound || own_mac) return {Place::leaves, {}, {}};
  if (!ethernet) return {Place::arrives, device.empty() ? towards(packet, host, routing) : device, {}};
  std::string name = device;
  if (name.empty()) {
    const Interface* own = device_with(mac_at(packet, 0), host);
    name = own ? own->name : towards(packet, host, routing);
    name = name.substr(0, name.find('.'));
  }
  return place_frame(packet, std::move(name), host);
}

}  // namespace fwsim
