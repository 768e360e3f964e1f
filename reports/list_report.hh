// A ruleset as `iptables -L -v -n --line-numbers` prints it, with what lint found below each rule.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "lint/finding.hh"
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

// "123K", as iptables shortens counters.
std::string short_count(std::uint64_t number);
// Of the columns: "ACCEPT", "LOGDROP", "" for a rule that only counts.
std::string_view target_name(const Rule& rule, const Table& table);
// "!10.0.0.0/8" without the "!": a network as iptables -n prints it.
std::string network_text(Family family, const Prefix& prefix);
// How many rules of the table jump to the chain.
std::size_t references(const Table& table, std::size_t chain);

}  // namespace fwsim
