#include "lint/audit/surroundings.hh"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

// Sources that come from no network of the internet (RFC 6890), without those that the kernel itself refuses.
constexpr std::string_view bogons_v4[] = {"10.0.0.0/8",   "100.64.0.0/10",  "169.254.0.0/16", "172.16.0.0/12",   "192.0.2.0/24",
                                          "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"};
constexpr std::string_view bogons_v6[] = {"::/96", "::ffff:0:0/96", "100::/64", "2001:db8::/32", "fc00::/7", "fec0::/10"};

std::string network_text(const Network& n) { return prefix_text(n.family, n.prefix); }

bool overlap(const Prefix& a, const Prefix& b) { return ((a.address ^ b.address) & a.mask & b.mask) == 0; }

Prefix network_of(const InterfaceAddress& a) {
  const u128 mask = prefix_mask(a.family, a.length);
  return {(a.peer ? *a.peer : a.address) & mask, mask};
}

// A network in words that a question takes.
std::optional<Prefix> read(std::string_view text, Family family) {
  const std::size_t slash = text.find('/');
  const auto address = read_address(family, text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned length = static_cast<unsigned>(std::stoul(std::string(text.substr(slash + 1))));
  return Prefix{*address, prefix_mask(family, length)};
}

}  // namespace

Surroundings::Surroundings(Family family, const Host* host, const Settings& settings) {
  // lo is always told apart from other devices.
  ask(Way::input, "any any -> any in lo");
  ask(Way::output, "any any -> any out lo");
  devices(family, host, settings);
  for (const SiteService& service : settings.site.open)
    for (const NumRange& ports : service.ports)
      if (service.proto == 6 || service.proto == 17)
        ask(Way::input, fmt::format("{} any -> any:{}-{}", service.proto == 6 ? "tcp" : "udp", static_cast<unsigned>(ports.low), static_cast<unsigned>(ports.high)));
  if (host) {
    networks(family, *host);
    sockets(family, *host);
    broadcasts(family, *host);
    const char* name = family == Family::v4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
    if (is_described(*host) && host->sysctl(name, 0) == 0) {
      forwards = false;
      forwards_by = fmt::format("{} is 0{}", name, host->sysctls.contains(name) ? "" : ", the kernel's default");
    }
  }
  sources(family, host);
}

std::string Surroundings::external_text() const {
  std::string out;
  for (const Prefix& device : external) out += (out.empty() ? "" : ", ") + interface_text(device);
  return out;
}

Asked Surroundings::ask(Way way, std::string text, bool lawless) {
  texts_.push_back(std::move(text));
  asked.push_back({.way = way, .traffic = texts_.back(), .family = {}, .lawless = lawless});
  return asked.back();
}

void Surroundings::devices(Family family, const Host* host, const Settings& settings) {
  external = settings.site.external;
  external_by = "[site] external";
  if (external.empty() && host) {
    external_by = "the default route";
    for (const Route& route : host->routes)
      if (route.destination.mask == 0 && route.family == family)
        for (const NextHop& hop : route.hops)
          if (!has_device(external, name_word(hop.device))) external.push_back({name_word(hop.device), all_ones});
  }
  for (const Prefix& device : external)
    for (Way way : all_ways) ask(way, fmt::format("any any -> any {} {}", way == Way::output ? "out" : "in", interface_text(device)));
}

void Surroundings::networks(Family family, const Host& host) {
  const auto add = [&](const Prefix& prefix) {
    if (std::none_of(inside.begin(), inside.end(), [&](const Network& n) { return n.prefix == prefix; })) inside.push_back({family, prefix});
  };
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses) {
      if (a.family != family || i.loopback || a.scope == InterfaceAddress::Scope::link || (family == Family::v6 && (a.address >> 118) == 0x3fa)) continue;
      // IPv4 lets no address of its own in from the wire, unless accept_local says so.
      if (family == Family::v6 || host.sysctl("net.ipv4.conf.all.accept_local", 0) != 0) add({a.address, address_mask(family)});
      if (!external.empty() && !has_device(external, name_word(i.name))) add(network_of(a));
    }
  if (external.empty()) return;
  for (const Route& r : host.routes)
    if (r.family == family && r.destination.mask != 0 && r.type == RouteType::unicast && (r.table == 254) && !r.hops.empty() &&
        std::none_of(r.hops.begin(), r.hops.end(), [&](const NextHop& hop) { return has_device(external, name_word(hop.device)); }) &&
        !(family == Family::v6 && ((r.destination.address >> 118) == 0x3fa || (r.destination.address >> 120) == 0xff)))
      add(r.destination);
  // An address inside a network that is listed needs no words of its own.
  std::erase_if(inside, [&](const Network& n) {
    return std::any_of(inside.begin(), inside.end(), [&](const Network& wide) { return wide.prefix.mask != n.prefix.mask && (wide.prefix.mask & n.prefix.mask) == wide.prefix.mask && overlap(wide.prefix, n.prefix); });
  });
}

void Surroundings::sockets(Family family, const Host& host) {
  listeners_known = host.listeners_known;
  for (const Socket& s : host.sockets) {
    const bool waits = s.state == Socket::State::listening || (s.state == Socket::State::unconnected && s.port != 0);
    if (!waits || (s.proto != 6 && s.proto != 17)) continue;
    const bool both = s.family == Family::v6 && s.address == 0 && !s.v6_only;   // takes IPv4 too
    if (s.family != family && !(both && family == Family::v4)) continue;
    if (family == Family::v4 ? (s.address >> 24) == 127 : s.address == 1) continue;
    if (s.device == "lo") continue;
    const std::string address = s.address == 0 ? "" : family == Family::v4 ? address_text(family, s.address) : fmt::format("[{}]", address_text(family, s.address));
    const char* proto = s.proto == 6 ? "tcp" : "udp";
    Listener l{.socket = &s, .asked = {}, .text = fmt::format("{} {}:{}{}", proto, address.empty() ? "*" : address, s.port, s.process.empty() ? "" : fmt::format(" ({})", s.process))};
    if (std::any_of(listeners.begin(), listeners.end(), [&](const Listener& other) { return other.text == l.text; })) continue;
    l.asked = ask(Way::input, fmt::format("{} any -> {}:{}", proto, address.empty() ? "any" : address, s.port));
    listeners.push_back(std::move(l));
  }
  std::stable_sort(listeners.begin(), listeners.end(), [](const Listener& a, const Listener& b) {
    return std::pair(a.socket->proto, a.socket->port) < std::pair(b.socket->proto, b.socket->port);
  });
}

void Surroundings::sources(Family family, const Host* host) {
  if (external.empty()) return;
  std::string list;
  for (const Network& n : inside) list += (list.empty() ? "" : ",") + network_text(n);
  if (!list.empty())
    for (Way way : {Way::input, Way::forward}) from_inside.push_back(ask(way, fmt::format("any {} -> any", list)));
  // What the host's own network outside is part of is no bogon there.
  std::vector<Prefix> outer;
  if (host)
    for (const Interface& i : host->interfaces)
      for (const InterfaceAddress& a : i.addresses)
        if (a.family == family && has_device(external, name_word(i.name))) outer.push_back(network_of(a));
  std::string bogons;
  const std::span<const std::string_view> all = family == Family::v4 ? std::span<const std::string_view>(bogons_v4) : std::span<const std::string_view>(bogons_v6);
  for (std::string_view text : all) {
    const auto prefix = read(text, family);
    if (prefix && std::none_of(outer.begin(), outer.end(), [&](const Prefix& n) { return overlap(n, *prefix); })) bogons += fmt::format("{}{}", bogons.empty() ? "" : ",", text);
  }
  for (Way way : {Way::input, Way::forward}) from_bogons.push_back(ask(way, fmt::format("any {} -> any", bogons)));
}

void Surroundings::broadcasts(Family family, const Host& host) {
  if (family == Family::v6) return;
  std::string list;
  for (const Interface& i : host.interfaces)
    for (const InterfaceAddress& a : i.addresses) {
      if (a.family != family || i.loopback || a.length >= 31) continue;
      list += (list.empty() ? "" : ",") + address_text(family, a.broadcast ? *a.broadcast : a.address | (address_mask(family) & ~prefix_mask(family, a.length)));
    }
  if (!list.empty()) to_broadcasts.push_back(ask(Way::input, fmt::format("any any -> {}", list)));
}

}  // namespace fwsim
