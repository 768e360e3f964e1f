// What `ip -json neighbour` and `bridge -json fdb` print, into a host: who has an address on a link,
// and which station is behind which port of a bridge.
#pragma once

#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/host.hh"

namespace fwsim {

// Each replaces what the host knew of its kind. False when the text is not such output: then a
// diagnostic says so.
bool read_neighbours(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics);
bool read_stations(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics);

}  // namespace fwsim
