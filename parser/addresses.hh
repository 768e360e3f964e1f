// Addresses as -s and -d take them, with the words for what is wrong with one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/value.hh"

namespace fwsim {

struct AddressReading {
  std::optional<Prefix> prefix;
  std::string fault;
  std::string hint;
  std::string tool{};  // as iptables says it
};

AddressReading read_rule_address(Family family, std::string_view word);

}  // namespace fwsim
