#include "parser/addresses.hh"

#include <fmt/format.h>

namespace fwsim {

AddressReading read_rule_address(Family family, std::string_view word) {
  if (const auto prefix = read_prefix(family, word)) return {.prefix = prefix};
  const std::size_t slash = word.find('/');
  const std::string_view address = word.substr(0, slash);
  if (read_address(family, address))
    return {.fault = fmt::format("invalid mask '{}'", word.substr(slash + 1)),
            .hint = family == Family::v4 ? "a prefix length from 0 to 32, or a netmask like 255.255.255.0"
                                         : "a prefix length from 0 to 128, or a netmask like ffff:ffff::",
            .tool = fmt::format("invalid mask `{}' specified", word.substr(slash + 1))};
  const Family other = family == Family::v4 ? Family::v6 : Family::v4;
  if (read_prefix(other, word))
    return {.fault = fmt::format("'{}' is an {} address in an {} ruleset", word, other == Family::v4 ? "IPv4" : "IPv6",
                                 family == Family::v4 ? "IPv4" : "IPv6"),
            .hint = "the family of the file can be given with -4 or -6",
            .tool = fmt::format("host/network `{}' not found", address)};
  return {.fault = fmt::format("host or network '{}' not found", word),
          .hint = address.find_first_not_of("0123456789./") == address.npos
                      ? "every part of an address is 0 to 255"
                      : "names are not looked up, since they are not the same everywhere: write the address",
          .tool = fmt::format("host/network `{}' not found", address)};
}

}  // namespace fwsim
