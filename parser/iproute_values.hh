// Values in ip(8) command lines, and the faults of one that cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/value.hh"
#include "parser/iproute_words.hh"

namespace fwsim {

struct AnyAddress {  // of either family
  Family family;
  u128 address;
};
std::optional<AnyAddress> read_any_address(std::string_view text);

struct AnyPrefix {
  Family family;
  Prefix prefix;
};
// "10.0.0.0/8"; the mask has no holes.
std::optional<AnyPrefix> read_any_prefix(std::string_view text);

std::optional<TextFault> read_device(const IpWord& word, std::string& out);
TextFault unknown_ip_word(const IpWord& word, std::span<const std::string_view> known);

// A number up to `max` in any base.
template <class T>
std::optional<TextFault> read_ip_number(const IpWord& word, std::uint64_t max, T& out) {
  const auto number = read_number(word.text);
  if (!number || *number > max)
    return word.fault("'" + std::string(word.text) + "' is not a number up to " + std::to_string(max));
  out = static_cast<T>(*number);
  return {};
}

}  // namespace fwsim
