// What `bridge -json fdb` prints, into a host: which station is behind which port of a bridge.
#pragma once

#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/host.hh"

namespace fwsim {

// Replaces what the host knew of them. False when the text is not such output: then a
// diagnostic says so.
bool read_stations(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics);

}  // namespace fwsim
