// Names of ICMP types and codes as ipset writes them in elements ("icmp:echo-request").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/types.hh"

namespace fwsim {

// Type * 256 + code of a name, any case, or of "type/code"; of several names that begin so, the first.
std::optional<std::uint16_t> read_icmp(Family family, std::string_view text);
std::string icmp_text(Family family, std::uint16_t type_and_code);

}  // namespace fwsim
