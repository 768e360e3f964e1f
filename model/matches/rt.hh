// The addresses of -m rt --rt-0-addrs: kept as canonical text, read again by the packet test.
#pragma once

#include <string_view>
#include <vector>

#include "model/types.hh"

namespace fwsim {

// "a,b,..."; empty when one of them is no IPv6 address.
std::vector<u128> read_rt_addresses(std::string_view list);

}  // namespace fwsim
