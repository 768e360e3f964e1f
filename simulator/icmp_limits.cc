#include "simulator/icmp_limits.hh"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "simulator/routing.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t hz = kernel_hz;
constexpr unsigned burst = 6;                 // XRLIM_BURST_FACTOR
constexpr std::uint64_t remembered = 60 * hz;   // what a peer never heard of has saved up

std::uint64_t setting(const World& world, const char* name, std::uint64_t otherwise) {
  return static_cast<std::uint64_t>(std::max(0LL, world.host.sysctl(name, static_cast<long long>(otherwise))));
}

// "0-1,3-127"
bool listed(std::string_view list, unsigned value) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view item = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    const std::size_t dash = item.find('-');
    unsigned low = 0, high = 0;
    const auto read = [](std::string_view text, unsigned& to) {
      return std::from_chars(text.data(), text.data() + text.size(), to).ec == std::errc();
    };
    if (!read(item.substr(0, dash), low)) continue;
    if (dash == std::string_view::npos || !read(item.substr(dash + 1), high)) high = low;
    if (value >= low && value <= high) return true;
  }
  return false;
}

bool is_limited(const World& world, Family family, unsigned type, unsigned code) {
  if (family == Family::v4) {
    constexpr unsigned newest = 18, unreachable = 3, too_big = 4;
    if (type > newest || (type == unreachable && code == too_big)) return false;
    return ((setting(world, "net.ipv4.icmp_ratemask", 6168) >> type) & 1) != 0;
  }
  const auto found = world.host.sysctls.find("net.ipv6.icmp.ratemask");
  return listed(found == world.host.sysctls.end() ? std::string_view("0-1,3-127") : std::string_view(found->second), type);
}

}  // namespace

IcmpLimits& icmp_limits(World& world) { return world.get_shared<IcmpLimits>("icmp limits"); }

IcmpLimits::Peer& IcmpLimits::peer(Family family, u128 address, std::uint64_t now) {
  Peer& p = peers_[static_cast<std::size_t>(family)][address];
  if (!p.known) p = {.known = true, .tokens = remembered, .last = now};
  return p;
}

// inet_peer_xrlim_allow()
bool IcmpLimits::take(Peer& p, std::uint64_t now, std::uint64_t interval) {
  p.tokens = std::min(p.tokens + (now - p.last), burst * interval);
  p.last = now;
  if (p.tokens < interval) return false;
  p.tokens -= interval;
  return true;
}

bool IcmpLimits::allow_global(World& world) {
  if (credit_ > 0) return true;
  const std::uint64_t now = world.jiffies();
  const std::uint64_t passed = started_ ? std::min(now - stamp_, hz) : hz;
  const std::uint64_t more = setting(world, "net.ipv4.icmp_msgs_per_sec", 1000) * passed / hz;
  if (passed < hz / 50 || more == 0) return false;
  started_ = true;
  stamp_ = now;
  credit_ = std::min(credit_ + static_cast<std::int64_t>(more),
                     static_cast<std::int64_t>(setting(world, "net.ipv4.icmp_msgs_burst", 50)));
  return true;
}

bool IcmpLimits::allow(World& world, Family family, unsigned type, unsigned code, u128 dst, bool from_loopback) {
  if (from_loopback || !is_limited(world, family, type, code)) return true;
  if (!allow_global(world)) return false;
  RouteResult route;
  if (world.routing) route = world.routing->output({.family = family, .dst = dst});
  if (route.device != "lo") {
    std::uint64_t interval = family == Family::v4 ? setting(world, "net.ipv4.icmp_ratelimit", 1000)
                                                  : setting(world, "net.ipv6.icmp.ratelimit", 100);
    interval = interval * hz / 1000;
    if (family == Family::v6 && route.prefix < 128) interval >>= (128 - route.prefix) >> 5;   // more for whole networks
    const std::uint64_t now = world.jiffies();
    if (!take(peer(family, dst, now), now, interval)) return false;
  }
  credit_ -= static_cast<std::int64_t>(world.random() % 3);   // one on average; the kernel hides how many are left
  return true;
}

bool IcmpLimits::allow_no_route(const World& world, u128 sender) {
  const std::uint64_t now = world.jiffies(), cost = setting(world, "net.ipv4.route.error_cost", hz);
  Peer& p = peer(Family::v4, sender, now);
  p.tokens = std::min(p.tokens + (now - p.last), setting(world, "net.ipv4.route.error_burst", 5 * hz));
  p.last = now;
  if (p.tokens < cost) return false;
  p.tokens -= cost;
  return true;
}

bool IcmpLimits::allow_redirect(const World& world, u128 sender) {
  const std::uint64_t now = world.jiffies(), load = setting(world, "net.ipv4.route.redirect_load", hz / 50),
                      silence = setting(world, "net.ipv4.route.redirect_silence", (hz / 50) << 10),
                      most = setting(world, "net.ipv4.route.redirect_number", 9);
  Peer& p = peer(Family::v4, sender, now);
  if (now > p.last + silence) p.tokens = p.redirects = 0;
  if (p.redirects >= most) {
    p.last = now;   // it does not listen; silence begins anew with each packet
    return false;
  }
  return p.redirects == 0 || now > p.last + (load << p.redirects);
}

void IcmpLimits::redirect_sent(const World& world, u128 sender) {
  Peer& p = peer(Family::v4, sender, world.jiffies());
  p.last = world.jiffies();
  ++p.redirects;
}

bool IcmpLimits::allow_redirect_v6(const World& world, u128 address) {
  const std::uint64_t now = world.jiffies();
  return take(peer(Family::v6, address, now), now, hz);
}

}  // namespace fwsim
