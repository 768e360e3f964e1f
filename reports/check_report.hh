// What check and fmt say of a host of many, as lines of JSON: those of `fwsim lint --format ndjson` without findings, so that
// `fwsim merge` takes them, too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/diagnostic.hh"
#include "model/types.hh"

namespace fwsim {

struct CheckedRuleset {
  std::string file;
  Family family = Family::v4;
  std::size_t rules = 0;
  std::string digest;                // as of lint
  std::optional<std::string> text;   // as iptables-save would print it; of fmt
};

// A line for each ruleset, or one with the fault for which there is none.
std::string check_ndjson(const std::string& host, const std::vector<CheckedRuleset>& rulesets, const Diagnostics& diagnostics);
// A line for a host of which nothing else is known than what was said on standard error.
std::string fault_ndjson(const std::string& host, std::string said);

}  // namespace fwsim
