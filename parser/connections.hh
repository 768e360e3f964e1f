// The connections that `conntrack -L` or /proc/net/nf_conntrack lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.hh"
#include "model/known_connection.hh"

namespace fwsim {

// A line that cannot be read is a warning, and left out.
std::vector<KnownConnection> read_connections(std::string_view text, const std::string& file, Diagnostics& diagnostics);

}  // namespace fwsim
