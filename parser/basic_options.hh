// The options that every rule has: commands, addresses, devices, -m, -j (iptables/xshared.c).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fwsim {

enum class Basic : std::uint8_t {
  append, insert, remove, replace, check, list, flush, zero, new_chain, delete_chain, rename_chain, policy,
  source, destination, in_interface, out_interface, protocol, fragment, match, jump, go, set_counters,
  ipv4, ipv6, table, ignored
};

struct BasicOption {
  std::string_view name;
  char letter;           // 0: none
  Basic what;
  unsigned words;        // values that must follow
  bool command = false;
  bool invertible = false;
};

// Canonical names first; aliases follow.
std::span<const BasicOption> basic_options();

}  // namespace fwsim
