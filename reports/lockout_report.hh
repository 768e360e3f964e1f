// Who is locked out, as text and as JSON.
#pragma once

#include <string>

#include "lint/lockout.hh"

namespace fwsim {

std::string text_of(const Lockout& lockout);
std::string json_of(const Lockout& lockout);

}  // namespace fwsim
