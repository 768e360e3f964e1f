// Ethernet bridges of the host (net/bridge): their ports, which station is behind which port, and
// whether br_netfilter shows a frame to iptables (net/bridge/br_netfilter_hooks.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/host.hh"
#include "simulator/packet.hh"
#include "simulator/world.hh"

namespace fwsim {

// The bridge that this device is a port of; null when it is none.
const Interface* bridge_of(const Host& host, std::string_view port);
const Interface* find_bridge(const Host& host, std::string_view name);
// Its ports that are up and take a frame to this MAC address whose station is not known, in the order
// of joining. Frames leave in the reverse order. `own`: the host sends it.
std::vector<std::string> flooded_ports(const Host& host, std::string_view bridge, std::uint64_t mac, bool own);
bool goes_from_port_to_port(const Host& host, std::string_view from, std::string_view to);

// The MAC address of a bridge: its own, or the lowest of its ports.
std::uint64_t bridge_mac(const Host& host, const Interface& bridge);
// Addresses at which the bridge takes frames for the host: its own and those of its ports.
bool is_bridge_address(const Host& host, const Interface& bridge, std::uint64_t mac);
constexpr bool is_group_mac(std::uint64_t mac) { return ((mac >> 40) & 1) != 0; }
constexpr std::uint64_t broadcast_mac = 0xffffffffffff;

// The forwarding database. A station that was learned is forgotten 300 s after its last frame.
std::optional<std::string> port_of_station(World& world, const Interface& bridge, std::uint64_t mac);
void learn_station(World& world, const Interface& bridge, std::uint64_t mac, const std::string& port);
// `bridge fdb replace MAC dev PORT master static`, and del. False: PORT belongs to no bridge.
bool set_station(World& world, const Station& station);
bool forget_station(World& world, std::uint64_t mac, const std::string& port);

// MAC addresses of a frame, and its tags.
std::uint64_t source_mac(const Packet& packet);
std::uint64_t destination_mac(const Packet& packet);
void set_destination_mac(Packet& packet, std::uint64_t mac);
bool is_pppoe(const Packet& packet);

// The MAC address of a neighbour, or that of an IP broadcast or multicast; nothing when not known.
std::optional<std::uint64_t> mac_of_neighbour(const Host& host, Family family, u128 address, std::string_view device);

// Whether bridged frames of this kind pass the IP hooks: bridge-nf-call-iptables, -ip6tables,
// -filter-vlan-tagged and -filter-pppoe-tagged.
bool is_shown_to_iptables(const Host& host, const Interface& bridge, const Packet& packet);
// The device that rules see: the bridge, or with bridge-nf-pass-vlan-input-dev its VLAN device.
std::string device_shown(const Host& host, const Interface& bridge, const Packet& packet);
// The VLAN device on top of the bridge that takes this tagged frame; nothing when there is none.
std::optional<std::string> vlan_device(const Host& host, const Interface& bridge, const Packet& packet);

}  // namespace fwsim
