// The kernel's routing decisions (net/ipv4/route.c, fib_frontend.c, fib_rules; net/ipv6/route.c)
// for a described host.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "model/host.hh"
#include "model/types.hh"

namespace fwsim {

// What a lookup goes by.
struct RouteKey {
  Family family = Family::v4;
  u128 src = 0;
  u128 dst = 0;
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;
  std::string in;    // arrival device; empty for packets of the host itself
  std::string out;   // bound device (SO_BINDTODEVICE), or empty
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
  u128 source = 0;                       // out: the source address chosen when key.src was 0
  unsigned mtu = 1500;                   // of the route, or of the device
  std::uint32_t realm = 0;               // for -m realm: source realm << 16 | destination realm
  std::uint8_t icmp_type = 0, icmp_code = 0;
  std::string reason;                    // "martian source 127.0.0.1 on eth0", "no route to 192.0.2.9"
};

class Routing {
 public:
  explicit Routing(const Host& host);    // the host must outlive it and not change
  ~Routing();
  Routing(const Routing&) = delete;
  Routing& operator=(const Routing&) = delete;

  // After PREROUTING: steps 1 to 12 of the input path, with source validation.
  RouteResult input(const RouteKey& key) const;
  // Before OUTPUT, and again when mangle or nat OUTPUT changed what the route depends on.
  RouteResult output(const RouteKey& key) const;

  // The type of an address by the local table only, as -m addrtype asks; with `device` only
  // routes of that device count (--limit-iface-in, --limit-iface-out).
  RouteType address_type(Family family, u128 address, const std::string& device = {}) const;
  bool is_local(Family family, u128 address) const;

  // The address MASQUERADE takes on `device` for this next hop; REDIRECT's on the arrival device.
  std::optional<u128> masquerade_address(Family family, const std::string& device, u128 next_hop) const;
  std::optional<u128> first_address(Family family, const std::string& device) const;

  // -m rpfilter and the rp_filter sysctl: whether the reverse path of src leads to `device`
  // (loose: anywhere).
  bool reverse_path_ok(const RouteKey& key, bool loose, bool accept_local, bool valid_mark) const;

 private:
  RouteResult input6(const RouteKey& key) const;

  struct Tables;
  std::unique_ptr<Tables> tables_;
};

// Whether the host's description says anything about its networks.
bool knows_routes(const Host& host);

}  // namespace fwsim
