// JSON as reports print it. Rulesets may hold any bytes; what is not UTF-8 becomes U+FFFD.
#pragma once

#include <string>

#include "model/json.hh"

namespace fwsim {

inline std::string to_text(const nlohmann::ordered_json& json, int indent = 2) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + (indent < 0 ? "" : "\n");
}

}  // namespace fwsim
