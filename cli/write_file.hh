// Files that are written whole or not at all.
#pragma once

#include <string>

namespace fwsim {

// Replaces what is there, with its permissions. Pipes and devices are written to as they are. Throws EnvironmentError.
void write_file(const std::string& path, const std::string& text);

}  // namespace fwsim
