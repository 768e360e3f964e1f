// The files in a tar archive (POSIX ustar, and GNU's long names); not compressed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fwsim {

// By their path in the archive; nothing, with the reason in `why`, when it is no tar or cut off.
std::optional<std::map<std::string, std::string>> read_tar(std::string_view archive, std::string& why);

}  // namespace fwsim
