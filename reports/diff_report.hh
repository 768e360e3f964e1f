// What a diff of two rulesets found, as text and as JSON.
#pragma once

#include <string>

#include "lint/diff.hh"

namespace fwsim {

// The answer first; of each group at most DiffOptions::most_shown classes.
std::string diff_text(const Diff& diff, const DiffOptions& options);
// All classes.
std::string diff_json(const Diff& diff);

// A line for a host of many: `status` is that of its diff, `out` and `err` what that printed with --format json.
std::string diff_line(const std::string& host, int status, const std::string& out, const std::string& err);

// "to the host", "forwarded", "from the host"
std::string_view way_text(Way way);

}  // namespace fwsim
