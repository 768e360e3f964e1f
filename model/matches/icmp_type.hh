// ICMP types as -m icmp and -m icmp6 take them: "type[/code]" or a name, kept as a range of
// type * 256 + code.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/value.hh"

namespace fwsim {

struct IcmpName {
  std::string_view name;
  NumRange types;
};

constexpr NumRange icmp_whole_type(std::uint64_t type) { return {type * 256, type * 256 + 255}; }
constexpr NumRange icmp_one_code(std::uint64_t type, std::uint64_t code) {
  return {type * 256 + code, type * 256 + code};
}

// All of them, of -m icmp and of -m icmp6.
std::span<const IcmpName> icmp_names();
std::span<const IcmpName> icmp6_names();

// A name can be cut to what is unambiguous, in any case.
std::optional<ValueError> read_icmp_type(std::span<const IcmpName> names, std::string_view word, NumRange& out,
                                         std::string_view protocol);
// The first name of just these types; empty: they have none.
std::string_view icmp_type_name(std::span<const IcmpName> names, NumRange types);
// "8" or "3/4"
void print_icmp_type(NumRange types, std::string& out);

}  // namespace fwsim
