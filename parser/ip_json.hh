// What `ip -json address`, `ip -json route show table all` and `ip -json rule` print, into a host.
#pragma once

#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/host.hh"

namespace fwsim {

// Each replaces what the host knew of its kind. False when the text is not such output: then a
// diagnostic says so.
bool read_addr_json(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics);
bool read_route_json(std::string_view text, const std::string& file, Family family, Host& host,
                     Diagnostics& diagnostics);
bool read_rule_json(std::string_view text, const std::string& file, Family family, Host& host,
                    Diagnostics& diagnostics);
// `ip -json neigh`: those whose MAC address is known.
bool read_neigh_json(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics);

}  // namespace fwsim
