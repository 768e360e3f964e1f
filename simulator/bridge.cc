#include "simulator/bridge.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace fwsim {
namespace {

constexpr std::int64_t ageing_time = 300'000'000'000;  // ns: the default of ageing_time
constexpr unsigned pppoe_session = 0x8864, vlan_id = 0xfff;

struct Entry {
  std::string port;
  bool fixed = false;
  std::int64_t seen = 0;
};

struct Forwarding : Shared {
  std::map<std::pair<std::string, std::uint64_t>, Entry> entries;  // by bridge and MAC
  bool begun = false;
};

Forwarding& database(World& world) {
  auto& table = world.get_shared<Forwarding>("bridge fdb");
  if (std::exchange(table.begun, true)) return table;
  for (const Station& station : world.host.stations) set_station(world, station);
  return table;
}

std::uint64_t mac_at(const Packet& packet, std::size_t at) {
  const Bytes frame(packet.link.ethernet);
  return std::uint64_t{be16(frame, at)} << 32 | be32(frame, at + 2);
}

}  // namespace

const Interface* find_bridge(const Host& host, std::string_view name) {
  const Interface* found = name.empty() ? nullptr : host.find(name);
  return found && found->kind == "bridge" ? found : nullptr;
}

const Interface* bridge_of(const Host& host, std::string_view port) {
  const Interface* found = host.find(port);
  return found ? find_bridge(host, found->master) : nullptr;
}

std::vector<std::string> flooded_ports(const Host& host, std::string_view bridge, std::uint64_t mac, bool own) {
  const auto takes = [&](const BridgePort& port) {
    if (mac == broadcast_mac) return port.broadcast_flood;
    return is_group_mac(mac) ? port.multicast_flood || own : port.flood;
  };
  std::vector<std::string> ports;
  for (const Interface& i : host.interfaces)
    if (i.master == bridge && i.up && takes(i.port)) ports.push_back(i.name);
  return ports;
}

bool goes_from_port_to_port(const Host& host, std::string_view from, std::string_view to) {
  const Interface *in = host.find(from), *out = host.find(to);
  if (!in || !out || !out->up) return false;
  return in == out ? in->port.hairpin : !(in->port.isolated && out->port.isolated);
}

std::uint64_t bridge_mac(const Host& host, const Interface& bridge) {
  if (bridge.mac != 0) return bridge.mac;
  std::uint64_t lowest = 0;
  for (const Interface& i : host.interfaces)
    if (i.master == bridge.name && i.mac != 0 && (lowest == 0 || i.mac < lowest)) lowest = i.mac;
  return lowest;
}

bool is_bridge_address(const Host& host, const Interface& bridge, std::uint64_t mac) {
  if (mac == 0) return false;
  return mac == bridge_mac(host, bridge) ||
         std::any_of(host.interfaces.begin(), host.interfaces.end(),
                     [&](const Interface& i) { return i.master == bridge.name && i.mac == mac; });
}

std::optional<std::string> port_of_station(World& world, const Interface& bridge, std::uint64_t mac) {
  auto& entries = database(world).entries;
  const auto found = entries.find({bridge.name, mac});
  if (found == entries.end()) return std::nullopt;
  if (!found->second.fixed && world.now - found->second.seen > ageing_time) {
    entries.erase(found);
    return std::nullopt;
  }
  return found->second.port;
}

// A station that turns up behind another port has moved, also when it was entered by hand.
void learn_station(World& world, const Interface& bridge, std::uint64_t mac, const std::string& port) {
  if (const Interface* in = world.host.find(port); !in || !in->port.learning) return;
  if (is_bridge_address(world.host, bridge, mac)) return;
  Entry& entry = database(world).entries[{bridge.name, mac}];
  entry.port = port;
  entry.seen = world.now;
}

bool set_station(World& world, const Station& station) {
  const Interface* bridge = bridge_of(world.host, station.port);
  if (bridge) database(world).entries[{bridge->name, station.mac}] = {station.port, station.fixed, world.now};
  return bridge != nullptr;
}

bool forget_station(World& world, std::uint64_t mac, const std::string& port) {
  const Interface* bridge = bridge_of(world.host, port);
  return bridge && database(world).entries.erase({bridge->name, mac}) > 0;
}

std::uint64_t source_mac(const Packet& packet) { return mac_at(packet, 6); }
std::uint64_t destination_mac(const Packet& packet) { return mac_at(packet, 0); }

void set_destination_mac(Packet& packet, std::uint64_t mac) {
  for (std::size_t i = 0; i < 6; ++i) packet.link.ethernet[i] = static_cast<std::uint8_t>(mac >> (40 - 8 * i));
}

bool is_pppoe(const Packet& packet) { return be16(Bytes(packet.link.ethernet), 12) == pppoe_session; }

std::optional<std::uint64_t> mac_of_neighbour(const Host& host, Family family, u128 address, std::string_view device) {
  const auto low = static_cast<std::uint64_t>(address);
  if (family == Family::v4 && address >> 28 == 0xe) return 0x01005e000000 | (low & 0x7fffff);
  if (family == Family::v6 && address >> 120 == 0xff) return 0x333300000000 | (low & 0xffffffff);
  for (const Neighbour& n : host.neighbours)
    if (n.family == family && n.address == address && n.device == device) return n.mac;
  return std::nullopt;
}

bool is_shown_to_iptables(const Host& host, const Interface& bridge, const Packet& packet) {
  const bool v4 = packet.family == Family::v4;
  const char* call = v4 ? "net.bridge.bridge-nf-call-iptables" : "net.bridge.bridge-nf-call-ip6tables";
  if (host.sysctl(call, 0) == 0 && !bridge.bridge_nf_call[v4 ? 0 : 1]) return false;
  if (is_pppoe(packet)) return host.sysctl("net.bridge.bridge-nf-filter-pppoe-tagged", 0) != 0;
  if (!packet.link.tagged) return true;
  return packet.link.inner_vlan == 0 && host.sysctl("net.bridge.bridge-nf-filter-vlan-tagged", 0) != 0;
}

std::optional<std::string> vlan_device(const Host& host, const Interface& bridge, const Packet& packet) {
  std::string name = fmt::format("{}.{}", bridge.name, packet.link.vlan & vlan_id);
  if (packet.link.inner_vlan != 0 || !host.find(name)) return std::nullopt;
  return name;
}

std::string device_shown(const Host& host, const Interface& bridge, const Packet& packet) {
  if (packet.link.tagged && host.sysctl("net.bridge.bridge-nf-pass-vlan-input-dev", 0) != 0)
    if (auto device = vlan_device(host, bridge, packet)) return *device;
  return bridge.name;
}

}  // namespace fwsim
