// A ruleset as `iptables -L -v -n --line-numbers` prints it, with what lint found below each rule.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "lint/finding.hh"
#include "model/listing/layout.hh"
#include "model/ruleset.hh"

namespace fwsim {

struct Listing {
  const Ruleset* ruleset = nullptr;
  const LintResult* findings = nullptr;   // null: none are shown
  std::optional<TableId> table;           // only this one
  bool exact = false;                     // counters without K, M, G
  bool colour = false;
  std::function<std::string(const Table&, const Chain&, const Rule&)> source;   // "-A INPUT -j DROP"
};

std::string list_text(const Listing& listing);
std::string list_json(const Listing& listing);

}  // namespace fwsim
