// Addresses, routes and rules in the syntax of ip(8): `ip address add`, `ip route add` and
// `ip rule add`, without these words. For the flags --addr, --route and --rule and for host.toml.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/host.hh"

namespace fwsim {

// What is wrong with a text, and where in it.
struct TextFault {
  std::size_t at = 0;
  std::size_t width = 1;
  std::string text;
  std::string hint;
};

// "eth0=192.0.2.1/24" or "192.0.2.1/24 dev eth0 [broadcast 192.0.2.255]". A new device is made.
std::optional<TextFault> add_address(Host& host, std::string_view text);
// "192.0.2.1/24 [broadcast ...]" on a device that is there.
std::optional<TextFault> add_address(Interface& interface, std::string_view text);

// "default via 192.0.2.254 dev eth0", "blackhole 10.0.0.0/8", "10.0.0.0/8 nexthop via ... nexthop ...".
// The family is told by the addresses; `family` decides where they do not ("default dev eth0").
std::optional<TextFault> add_route(Host& host, std::string_view text, std::optional<Family> family = {});

// "from 10.0.0.0/8 lookup 100", "fwmark 0x1/0xff table 100 priority 50", "not to ... prohibit".
// Without a family told or given it is a rule for IPv4, as ip(8) takes it.
std::optional<TextFault> add_rule(Host& host, std::string_view text, std::optional<Family> family = {});

// "net.ipv4.ip_forward=1", "net.ipv4.conf.eth0/1.forwarding = 1".
std::optional<TextFault> add_sysctl(Host& host, std::string_view text);

// As a diagnostic whose place is the text itself, for a flag named `file`.
Diagnostic to_diagnostic(const TextFault& fault, std::string file, std::string_view text);

// "main", "local", "default", or a number.
std::optional<std::uint32_t> read_route_table(std::string_view word);
std::optional<RouteType> read_route_type(std::string_view word);
// "global", "link", "host" of an address; anything else is automatic.
InterfaceAddress::Scope read_scope(std::string_view word);
std::string_view route_type_name(RouteType type);

}  // namespace fwsim
