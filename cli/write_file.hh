// Files that are written whole or not at all.
#pragma once

#include <string>

namespace fwsim {

// Replaces what is there, with its permissions. Pipes and devices are written to as they are. Throws EnvironmentError.
void write_file(const std::string& path, const std::string& text);

// Throws EnvironmentError where write_file would: for what takes long and is written in the end.
void expect_to_write(const std::string& path);

}  // namespace fwsim
