// file: URIs (RFC 8089) and the paths that they name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fwsim {

// Nothing for other URIs, such as those of files that were never saved.
std::optional<std::string> path_of_uri(std::string_view uri);
std::string uri_of_path(std::string_view path);   // of an absolute path

}  // namespace fwsim
