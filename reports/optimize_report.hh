// What `fwsim optimize` found, and what it is worth.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lint/optimize.hh"

namespace fwsim {

// How many rules were looked at for the same packets.
struct OptimizeGain {
  std::string source;               // "counters", or the captures
  std::uint64_t packets = 0;        // of captures
  std::uint64_t before = 0, after = 0;
};

struct OptimizeReport {
  std::string file;
  const Optimized* result = nullptr;
  std::optional<OptimizeGain> gain; // where there is traffic
  std::vector<std::string> left;    // programs whose chains were left alone
  bool whole = false;               // all steps, however many; and those that are not proved
};

std::string optimize_text(const OptimizeReport& report);
std::string optimize_json(const OptimizeReport& report);

}  // namespace fwsim
