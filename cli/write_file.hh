// Files that are written whole or not at all.
#pragma once

#include <string>

namespace fwsim {

// Pipes and devices are written to as they are. Throws EnvironmentError.
void write_file(const std::string& path, const std::string& text);

}  // namespace fwsim
