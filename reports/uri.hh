// Paths as parts of URIs (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace fwsim {

// All but letters, digits and -._~/ as %XX.
std::string percent_encoded(std::string_view path);

}  // namespace fwsim
