// What traffic did with the rules: hits, depths, and an order that would be cheaper.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lint/reorder.hh"
#include "simulator/coverage.hh"

namespace fwsim {

struct CoverReport {
  const Ruleset* ruleset = nullptr;
  const Ruleset* counted = nullptr;     // the same with what came to each rule
  const Coverage* coverage = nullptr;   // null: only the counters of the file are known
  bool has_counters = false;            // the file has some
  bool whole = false;                   // all rules, however many
  std::uint64_t packets = 0, bytes = 0; // of the captures
  std::uint64_t evaluations = 0;        // rules looked at
  std::optional<std::uint64_t> evaluations_after;   // with the suggested order
  const Reordering* reordering = nullptr;
  std::function<std::string(const Table&, const Chain&, const Rule&)> source;   // "-A INPUT -j DROP"
};

std::string cover_text(const CoverReport& report);
std::string cover_json(const CoverReport& report);

// For both: packets by depth in steps of ten, up to 100, then of a hundred, up to 1000, and so on.
struct DepthRow {
  std::uint64_t low = 0, high = 0, packets = 0;
};
std::vector<DepthRow> depth_rows(const Coverage& coverage);

}  // namespace fwsim
