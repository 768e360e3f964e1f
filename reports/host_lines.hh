// Lines of NDJSON for a host of many, as `$defs/line` of lint.schema.json says: all formats of a fleet begin alike.
#pragma once

#include <string>
#include <vector>

#include "model/diagnostic.hh"
#include "model/json.hh"

namespace fwsim {

// A line for each ruleset, with its members; without any, one with the fault: the first error. The diagnostics are on the first.
std::string host_lines(const std::string& host, const std::vector<nlohmann::ordered_json>& rulesets, const Diagnostics& diagnostics);

}  // namespace fwsim
