// Rulesets may hold any bytes; formats that must be UTF-8 get U+FFFD for what is not.
#pragma once

#include <string>
#include <string_view>

namespace fwsim {

std::string valid_utf8(std::string_view text);

}  // namespace fwsim
