#include "lint/finding.hh"

#include <fmt/format.h>

namespace fwsim {

std::string Spot::text() const { return line == 0 ? name : fmt::format("{} ({}:{})", name, file, line); }

}  // namespace fwsim
