// The machine a ruleset runs on: devices, addresses, routes, rules, sysctls, sets, sockets.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/ipset.hh"
#include "model/known_connection.hh"
#include "model/socket.hh"
#include "model/types.hh"
#include "model/value.hh"

namespace fwsim {

struct InterfaceAddress {
  Family family = Family::v4;
  u128 address = 0;
  unsigned length = 32;             // prefix length
  std::optional<u128> broadcast;    // v4, when configured
  std::optional<u128> peer;         // point-to-point: the prefix is around this address
  bool prefix_route = true;         // the kernel made a route to the prefix
  enum class Scope : std::uint8_t { automatic, global, link, host };
  Scope scope = Scope::automatic;   // v4: host for 127.0.0.0/8, else global
  bool operator==(const InterfaceAddress&) const = default;
};

struct BridgePort {  // of a device whose master is a bridge
  bool hairpin = false;   // a frame may go out again where it came in
  bool isolated = false;  // nothing goes from here to other isolated ports
  bool learning = true;
  bool flood = true, multicast_flood = true, broadcast_flood = true;
};

struct Interface {
  std::string name;
  unsigned index = 0;
  std::uint64_t mac = 0;       // 48 bits
  bool ethernet = true;        // has a link header with MAC addresses
  bool loopback = false;
  bool up = true;
  unsigned mtu = 1500;
  unsigned group = 0;          // devgroup
  std::string master;          // bridge, bond or VRF
  std::string kind;            // "bridge", "vlan", "vrf", ...; empty for hardware and when not known
  BridgePort port;
  std::array<bool, 2> bridge_nf_call{};  // of a bridge, by family: iptables sees its frames in spite of the sysctl
  std::vector<InterfaceAddress> addresses;
};

enum class RouteType : std::uint8_t {  // RTN_*
  unspec, unicast, local, broadcast, anycast, multicast, blackhole, unreachable, prohibit, throw_, nat, xresolve
};

struct NextHop {
  std::string device;
  std::optional<u128> gateway;
  unsigned weight = 1;
};

struct Route {
  Family family = Family::v4;
  Prefix destination;
  std::uint32_t table = 254;      // RT_TABLE_MAIN; 255 is local
  RouteType type = RouteType::unicast;
  std::vector<NextHop> hops;      // empty for blackhole and the like
  std::optional<u128> source;     // preferred source
  std::uint32_t metric = 0;
  std::uint8_t tos = 0;
  std::uint32_t realm = 0;
  unsigned mtu = 0;               // 0: the device's
  bool kernel = false;            // made by the kernel itself, for an address
};

struct RoutingRule {  // ip rule
  Family family = Family::v4;
  std::uint32_t priority = 0;
  Prefix from, to;                 // mask 0: any
  bool invert = false;
  std::uint32_t mark = 0, mark_mask = 0;
  std::uint8_t tos = 0;
  std::string iif, oif;
  std::uint32_t table = 254;
  RouteType action = RouteType::unicast;  // unicast: lookup; else the result
  std::optional<std::uint8_t> ipproto;
  std::optional<Range> sport, dport, uids;
  int suppress_length = -1;               // found routes with such a prefix or a shorter one do not count
  std::optional<std::uint32_t> go_to;     // on match, go on at this priority
  bool nothing = false;                   // "nop"
};

struct Neighbour {  // who has an address on a link (ip neigh)
  Family family = Family::v4;
  u128 address = 0;
  std::string device;
  std::uint64_t mac = 0;
};

struct Station {  // behind which port of a bridge a MAC address is (bridge fdb)
  std::uint64_t mac = 0;
  std::string port;
  bool fixed = false;   // static: never forgotten
};

struct Account {  // an object of nfacct
  Counters counters;
  std::optional<std::uint64_t> quota;
  bool quota_in_bytes = false;   // else in packets
};

struct Host {
  std::vector<Interface> interfaces;      // "lo" always among them
  // By family. Unless they are complete, routes lack those that follow from the addresses (the
  // local table, networks of the devices), and rules the three that every host begins with.
  std::array<bool, 2> routes_complete{};
  std::array<bool, 2> rules_complete{};
  std::vector<Route> routes;
  std::vector<RoutingRule> rules;
  std::map<std::string, std::string, std::less<>> sysctls;  // "net.ipv4.ip_forward" -> "1"
  std::map<std::string, IpSet, std::less<>> sets;
  std::vector<Socket> sockets;
  bool listeners_known = false;           // all sockets that wait for packets are among them
  bool connections_known = false;         // all connected ones are
  std::map<std::uint16_t, QueueListener> queues;            // programs that read NFQUEUE queues
  std::vector<Station> stations;          // what bridges know at the beginning
  std::map<std::string, Account, std::less<>> accounts;  // nfacct objects by name, as they are at the beginning
  std::vector<KnownConnection> connections;  // known only from a snapshot, as they were when it was taken
  std::vector<Neighbour> neighbours;      // known only from a snapshot
  std::string fingerprints;   // the file pf.os that nfnl_osf loaded for -m osf; empty when not known
  std::string geoip_dir = "/usr/share/xt_geoip";            // country files of xtables-addons
  std::optional<int> minutes_west;        // the kernel's time zone (settimeofday); unknown when empty
  std::vector<std::string> assumed;       // what was taken for granted, each one line for the output

  const Interface* find(std::string_view name) const;
  // Value of a sysctl as a number, or `otherwise` when not set or not a number.
  long long sysctl(std::string_view name, long long otherwise) const;
};

// "lo" as every host has it.
Interface loopback_interface();
// The device of that name, made when the host has none.
Interface& interface_named(Host& host, std::string_view name);

// A host of which nothing is known but what the ruleset's and question's names imply: forwarding
// on, loopback up. What it assumes is in `assumed`.
Host default_host();

}  // namespace fwsim
