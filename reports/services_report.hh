// The service matrix, as a table and as JSON.
#pragma once

#include <string>

#include "lint/services.hh"

namespace fwsim {

// `whole`: all rows and sources; otherwise the first of each, and how many more there are.
std::string text_of(const Services& services, bool whole);
std::string json_of(const Services& services);

}  // namespace fwsim
