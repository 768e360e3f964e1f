// How many ICMP messages the host sends: a bucket for each peer, one for all, and the counting of
// redirects (net/ipv4/icmp.c, route.c, inetpeer.c, net/ipv6/icmp.c). Peers' buckets are shared by
// errors, redirects and "no route"; they count in jiffies.
#pragma once

#include <cstdint>
#include <map>

#include "simulator/packet.hh"
#include "simulator/world.hh"

namespace fwsim {

class IcmpLimits : public Shared {
 public:
  // For all of one type (icmp_ratemask, icmp_msgs_per_sec, icmp_ratelimit). `dst`: who gets it.
  bool allow(World& world, Family family, unsigned type, unsigned code, u128 dst, bool from_loopback);
  // Before an IPv4 error about a missing route (ip_error): route.error_cost, error_burst.
  bool allow_no_route(const World& world, u128 sender);
  // Redirects to an IPv4 sender: nine, each after twice the time of the one before.
  bool allow_redirect(const World& world, u128 sender);
  void redirect_sent(const World& world, u128 sender);
  // Redirects for IPv6, one a second and six at once, by destination and by sender.
  bool allow_redirect_v6(const World& world, u128 peer);

 private:
  struct Peer {
    bool known = false;
    std::uint64_t tokens = 0, last = 0;   // jiffies
    unsigned redirects = 0;
  };

  Peer& peer(Family family, u128 address, std::uint64_t now);
  static bool take(Peer& peer, std::uint64_t now, std::uint64_t interval);
  bool allow_global(World& world);

  std::map<u128, Peer> peers_[2];
  std::int64_t credit_ = 0;
  std::uint64_t stamp_ = 0;
  bool started_ = false;
};

IcmpLimits& icmp_limits(World& world);

}  // namespace fwsim
