// The options that every rule has: commands, addresses, devices, -m, -j (iptables/xshared.c).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/action.hh"

namespace fwsim {

enum class Basic : std::uint8_t {
  append, insert, remove, replace, check, list, list_rules, flush, zero, new_chain, delete_chain, rename_chain, policy,
  source, destination, in_interface, out_interface, protocol, fragment, match, jump, go, set_counters,
  ipv4, ipv6, table, numeric, verbose, exact, line_numbers, wait, wait_interval, modprobe, version, help
};

struct BasicOption {
  std::string_view name;
  char letter;           // 0: none
  Basic what;
  unsigned words;        // values that must follow
  bool command = false;
  bool invertible = false;
  std::string_view metavar{};   // of its values
  std::string_view help{};
};

// Canonical names first; aliases follow.
std::span<const BasicOption> basic_options();
// By the whole name, without dashes, or by the letter; null when there is none.
const BasicOption* find_basic(std::string_view name);
const BasicOption* find_basic(char letter);

// What -j takes without an extension.
struct VerdictName {
  std::string_view name;
  Verdict verdict;
  std::string_view help;
};
std::span<const VerdictName> verdict_names();
const VerdictName* find_verdict(std::string_view name);   // null when there is none

// The letter by which iptables speaks of an option (of -g as of -j), '0' for one without.
char basic_letter(Basic what);

}  // namespace fwsim
