// Routing tables and rules of a host, and the lookup in them (net/ipv4/fib_trie.c, fib_rules.c,
// net/ipv6/ip6_fib.c, net/core/fib_rules.c).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/host.hh"
#include "simulator/routing.hh"

namespace fwsim {

inline constexpr std::uint32_t table_default = 253, table_main = 254, table_local = 255;

// What a lookup ends in.
struct FibResult {
  RouteType type = RouteType::unspec;  // unspec: no route at all
  const Route* route = nullptr;        // null when a rule decided
  const NextHop* hop = nullptr;        // null for routes that lead nowhere
  unsigned length = 0;                 // of the route's prefix
  bool many = false;                   // several next hops could be taken

  bool found() const { return hop != nullptr; }
};

// One table of one family: routes by prefix length and network.
class Fib {
 public:
  void add(Route route);
  // The longest prefix whose routes suit; of its routes those for the packet's TOS come first, then
  // the lower metric. Routes by another device than key.out are passed over.
  FibResult find(const RouteKey& key) const;
  // Of IPv4: where networks begin, and what follows behind them.
  void add_bounds(std::vector<std::uint32_t>& bounds) const;

 private:
  struct WordHash {
    std::size_t operator()(u128 x) const {
      return static_cast<std::size_t>((static_cast<std::uint64_t>(x) ^ static_cast<std::uint64_t>(x >> 64)) *
                                      0x9e3779b97f4a7c15U);
    }
  };
  std::map<unsigned, std::unordered_map<u128, std::vector<Route>, WordHash>, std::greater<>> lengths_;
};

class RouteTables {
 public:
  explicit RouteTables(const Host& host);

  FibResult find(const RouteKey& key) const;
  FibResult find_in(std::uint32_t table, const RouteKey& key) const;

  // Rules besides the kernel's three, or local routes of the user's own: source validation then
  // cannot be cut short.
  bool customized() const { return customized_; }
  bool has_realms() const { return realms_; }
  // No IPv4 rule and no route looks at anything but the destination.
  bool by_destination() const { return by_destination_; }
  // Of IPv4, in order: addresses between two of them are alike for every lookup by destination.
  std::vector<std::uint32_t> bounds() const;
  // Some rule looks at protocol or ports.
  bool asks_ports() const { return ports_; }

 private:
  // IPv4, where no rule and no route looks at anything but the destination: what was found for the last ones.
  struct Found {
    u128 dst = 0;
    bool used = false;
    FibResult result;
  };
  template <class Look>
  FibResult remembered(std::vector<Found>& found, const RouteKey& key, Look look) const;
  FibResult look_up(const RouteKey& key) const;
  FibResult look_up_in(std::uint32_t table, const RouteKey& key) const;
  bool by_destination_ = true;
  mutable std::vector<Found> routes_found_, local_found_;

  std::map<std::uint32_t, Fib> fibs_[2];
  std::vector<RoutingRule> rules_[2];
  bool customized_ = false, realms_ = false, ports_ = false;

  void take_routes(const Host& host);
  void take_rules(const Host& host);
  void derive(const Host& host, const Interface& interface, const InterfaceAddress& address, bool has_local);
  void derive_v4(const Interface& interface, const InterfaceAddress& address);
  void derive_v6(const Interface& interface, const InterfaceAddress& address, bool forwards);
  void add(Family family, std::uint32_t table, u128 address, u128 mask, RouteType type, const std::string& device,
           std::optional<u128> source, std::uint32_t metric = 0);
};

// Later addresses of a subnet that has one already are secondary.
bool is_secondary(const Interface& interface, const InterfaceAddress& address);

}  // namespace fwsim
