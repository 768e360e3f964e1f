// Names that stand for numbers wherever iptables takes them, so that a file means the same on
// every machine: what /etc/protocols and /etc/services of a Debian host say.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/value.hh"

namespace fwsim {

// Protocols; the first name of a number is the one that iptables-save prints.
std::span<const NamedNumber> protocol_names();
std::span<const NamedNumber> service_names();   // sorted by name
std::optional<std::uint16_t> find_service(std::string_view name);
// What getservbyport(3) says; empty: no name.
std::string_view service_name(std::uint64_t port, int protocol);

}  // namespace fwsim
