// The kernel's routing decisions for a described host: where an arriving packet goes (the order of
// ip_route_input_slow and ip6_route_input), and by which way the host sends one
// (ip_route_output_key_hash_rcu, ip6_route_output).
//
// Of several next hops one is taken by weight and a hash of the addresses; the kernel does likewise
// under a secret key, so its choice can be another: RouteResult::balanced says so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "model/host.hh"
#include "model/types.hh"

namespace fwsim {

struct Packet;

// What a lookup goes by.
struct RouteKey {
  Family family = Family::v4;
  u128 src = 0;
  u128 dst = 0;
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;
  std::string in;    // arrival device; empty for packets of the host itself
  std::string out;   // bound device (SO_BINDTODEVICE), or empty
  // Only rules with ipproto, sport, dport and uidrange look at these.
  std::uint8_t proto = 0;
  std::uint16_t sport = 0, dport = 0;
  std::uint32_t uid = 0;
  bool operator==(const RouteKey&) const = default;
};

struct RouteResult {
  enum class Kind : std::uint8_t {
    local,      // to this host: INPUT
    forward,    // through this host: FORWARD
    out,        // sent by this host
    drop,       // silently; `reason` says why
    error       // dropped, and the sender gets ICMP `icmp_type`/`icmp_code`
  };
  Kind kind = Kind::drop;
  RouteType type = RouteType::unicast;   // broadcast and multicast matter to REJECT and ICMP errors
  std::string device;                    // output device of forward and out; "lo" for own addresses
  std::optional<u128> gateway;           // next hop when it is not the destination itself
  u128 source = 0;                       // output: the source address chosen for key.src 0; 0: there is none
  unsigned mtu = 1500;                   // of the route, or of the device
  std::uint32_t realm = 0;               // for -m realm: source realm << 16 | destination realm
  std::uint8_t icmp_type = 0, icmp_code = 0;
  bool balanced = false;                 // one of several ways, see above
  bool redirect = false;                 // IPv4 forward: the sender could reach the next hop by itself
  bool refused = false;                  // IPv4 drop: by the way that was found, so behind the packet's options
  bool fixed_source = false;             // output: the route itself says which source address to take
  unsigned prefix = 0;                   // length of the route's
  std::string reason;                    // "martian source 127.0.0.1 on eth0", "no route to 192.0.2.9"
};

class Routing {
 public:
  explicit Routing(const Host& host);    // the host must outlive it and not change
  ~Routing();
  Routing(const Routing&) = delete;
  Routing& operator=(const Routing&) = delete;

  // After PREROUTING: where the packet goes, with source validation (rp_filter).
  RouteResult input(const RouteKey& key) const;
  // Before OUTPUT, and again when mangle or nat OUTPUT changed what the route depends on.
  RouteResult output(const RouteKey& key) const;

  // For IPv4, where no rule and no route looks at anything but addresses: all addresses of a class are alike, as source and as
  // destination, for every decision below and for address types. Nothing where that is not so. The first call makes the classes.
  std::optional<std::uint32_t> address_class(Family family, u128 address) const;

  // The type of an address by the local table only, as -m addrtype asks; with `device` only
  // routes of that device count (--limit-iface-in, --limit-iface-out).
  RouteType address_type(Family family, u128 address, const std::string& device = {}) const;
  bool is_local(Family family, u128 address) const;

  // The address MASQUERADE takes on `device`; `next_hop` is the gateway or destination of an IPv4
  // packet (inet_select_addr), and the destination of an IPv6 packet (RFC 6724).
  std::optional<u128> masquerade_address(Family family, const std::string& device, u128 next_hop) const;
  // REDIRECT's on the arrival device; of IPv6 addresses the first of the scope that `dst` has.
  std::optional<u128> first_address(Family family, const std::string& device, u128 dst = 0) const;
  // The source of what the host sends to `dst` by itself (ICMP errors); nothing without a route.
  std::optional<u128> source_for(Family family, u128 dst, std::uint32_t mark = 0, std::uint8_t tos = 0) const;
  unsigned mtu(const std::string& device) const;  // 1500 for unknown devices

  // -m rpfilter and the rp_filter sysctl: whether the reverse path of src leads to `device`
  // (loose: anywhere).
  bool reverse_path_ok(const RouteKey& key, bool loose, bool accept_local, bool valid_mark) const;

 private:
  struct Tables;  // routing_tables.hh
  std::unique_ptr<Tables> tables_;
};

// What the way a packet takes makes of its destination: for IPv4 its route's type, which can be another
// than that of the address (rt_flags: a packet of the host to 0.0.0.0 goes to itself); for IPv6, and
// before routing, the type of the address.
RouteType destination_type(const Packet& packet);
// A broadcast or multicast by that.
bool is_for_many(const Packet& packet);

// Whether the host's description says anything about its networks.
bool knows_routes(const Host& host);

}  // namespace fwsim
