#include "simulator/network/internetwork.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fwsim {
namespace {

long long device_sysctl(const Host& host, const char* family, const std::string& device, const char* name) {
  const auto of = [&](const std::string& where) { return host.sysctl(fmt::format("net.{}.conf.{}.{}", family, where, name), 0); };
  return std::max(of("all"), of(device));
}

}  // namespace

Internetwork::Internetwork(Topology topology, std::vector<NetworkMember> members, std::uint64_t seed)
    : topology_(std::move(topology)), described_(topology_.links.size()) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    NetworkMember& m = members[i];
    rules_.push_back({m.v4, m.v6});
    engines_.push_back(std::make_unique<Engine>(m.v4, m.v6, std::move(m.host), EngineOptions{.paths = true}, seed + i));
    for (const Interface& device : engines_[i]->host().interfaces) {
      if (device.loopback || link_of(i, device.name)) continue;
      TopologyLink lone{.name = fmt::format("{}:{}", name(i), device.name), .outside = true};
      lone.ends.push_back({i, device.name, {}});
      topology_.links.push_back(std::move(lone));
    }
  }
}

std::optional<std::size_t> Internetwork::host_named(std::string_view name) const {
  for (std::size_t i = 0; i < hosts().size(); ++i)
    if (hosts()[i].name == name) return i;
  return std::nullopt;
}

std::optional<std::size_t> Internetwork::link_named(std::string_view name) const {
  for (std::size_t i = 0; i < links().size(); ++i)
    if (links()[i].name == name) return i;
  return std::nullopt;
}

std::optional<std::size_t> Internetwork::link_of(std::size_t host, const std::string& device) const {
  for (std::size_t i = 0; i < links().size(); ++i)
    for (const LinkEnd& end : links()[i].ends)
      if (end.host == host && end.device == device) return i;
  const Interface* port = host < engines_.size() ? engine(host).host().find(device) : nullptr;
  return port && !port->master.empty() ? link_of(host, port->master) : std::nullopt;
}

const LinkEnd& Internetwork::end_of(std::size_t host, std::size_t link) const {
  const std::vector<LinkEnd>& ends = links()[link].ends;
  return *std::find_if(ends.begin(), ends.end(), [&](const LinkEnd& e) { return e.host == host; });
}

std::optional<unsigned> Internetwork::network_length(std::size_t link, Family family, u128 address) const {
  std::optional<unsigned> longest;
  const auto consider = [&](u128 network, u128 mask, unsigned length) {
    if ((address & mask) == (network & mask)) longest = std::max(longest.value_or(0), length);
  };
  const TopologyLink& l = links()[link];
  for (const LinkNetwork& n : l.networks)
    if (n.family == family) consider(n.prefix.address, n.prefix.mask, static_cast<unsigned>(std::max(0, prefix_length(family, n.prefix.mask))));
  if (!l.networks.empty()) return longest;
  for (const LinkEnd& end : l.ends)
    if (const Interface* device = engine(end.host).host().find(end.device))
      for (const InterfaceAddress& a : device->addresses)
        if (a.family == family && (a.length < address_bits(family) || a.peer))
          consider(a.peer.value_or(a.address), prefix_mask(family, a.length), a.length);
  return longest;
}

std::vector<std::size_t> Internetwork::owners(Family family, u128 address) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < engines_.size(); ++i)
    if (engine(i).routing().is_local(family, address)) out.push_back(i);
  return out;
}

u128 Internetwork::address_on(const LinkEnd& end, Family family) const {
  return engine(end.host).routing().first_address(family, end.device).value_or(0);
}

// IPv4: whoever routes the address to itself, on whatever device it has it, unless arp_ignore says otherwise; and with proxy_arp
// who would forward it by another device (arp_process). IPv6: who has it on that device (ndisc_recv_ns).
bool Internetwork::answers(const LinkEnd& end, Family family, u128 address, u128 asker) const {
  const Engine& e = engine(end.host);
  const Interface* device = e.host().find(end.device);
  if (device == nullptr || !device->up) return false;
  const bool here = std::any_of(device->addresses.begin(), device->addresses.end(),
                                [&](const InterfaceAddress& a) { return a.family == family && a.address == address; });
  if (family == Family::v6) return here;
  if (const long long ignore = device_sysctl(e.host(), "ipv4", end.device, "arp_ignore"); ignore >= 8 || (ignore > 0 && !here)) return false;
  if (asker == 0) return e.routing().is_local(family, address);
  const RouteResult route = e.routing().input({.family = family, .src = asker, .dst = address, .in = end.device});
  if (route.kind == RouteResult::Kind::local) return true;
  return route.kind == RouteResult::Kind::forward && route.device != end.device && device_sysctl(e.host(), "ipv4", end.device, "proxy_arp") != 0;
}

std::vector<const LinkEnd*> Internetwork::answering(std::size_t link, Family family, u128 address, u128 asker, const LinkEnd* asking) const {
  std::vector<const LinkEnd*> out;
  for (const LinkEnd& end : links()[link].ends)
    if (&end != asking && answers(end, family, address, asker)) out.push_back(&end);
  return out;
}

std::vector<const LinkEnd*> Internetwork::taking(std::size_t link, const Packet& packet) const {
  std::vector<const LinkEnd*> out;
  for (const LinkEnd& end : links()[link].ends) {
    const RouteResult route = engine(end.host).routing().input({.family = packet.family, .src = packet.fields.get(Field::src),
                                                                .dst = packet.fields.get(Field::dst), .in = end.device});
    if (route.kind == RouteResult::Kind::local || (route.kind == RouteResult::Kind::forward && route.device != end.device)) out.push_back(&end);
  }
  return out;
}

std::vector<const LinkEnd*> Internetwork::forwarding(std::size_t link, Family family) const {
  std::vector<const LinkEnd*> out;
  for (const LinkEnd& end : links()[link].ends) {
    const Host& host = engine(end.host).host();
    const bool on = family == Family::v4 ? host.sysctl(fmt::format("net.ipv4.conf.{}.forwarding", end.device), host.sysctl("net.ipv4.ip_forward", 0)) != 0
                                         : host.sysctl("net.ipv6.conf.all.forwarding", 0) != 0;
    if (on) out.push_back(&end);
  }
  return out;
}

}  // namespace fwsim
