// Which of the host's addresses it sends from.
#pragma once

#include <optional>
#include <string>

#include "model/host.hh"

namespace fwsim {

// inet_select_addr(): on `device` the first primary address whose network has `near`, else its first
// primary one, else one of another device. `near` 0: no network is preferred. `link_too`: addresses
// of link scope may be taken.
std::optional<u128> select_source_v4(const Host& host, const std::string& device, u128 near, bool link_too = false);

// ipv6_dev_get_saddr(): RFC 6724 for the destination, over all devices; `device` is the output one.
std::optional<u128> select_source_v6(const Host& host, const std::string& device, u128 dst);

}  // namespace fwsim
