// Asks boxes, Z3 and the simulator the same questions about one ruleset and reports where they differ.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lint/witness.hh"
#include "model/types.hh"

namespace fwsim::testing {

struct Agreement {
  std::uint64_t rulesets = 0, rules = 0, yes = 0, maybe = 0, never = 0, certificates = 0, packets = 0, witnesses = 0;
  std::vector<std::string> disagreements;

  void operator+=(const Agreement& other);
};

struct AgreementOptions {
  unsigned packets = 30;   // sampled for each ruleset
  std::function<void(const Witness&, const std::string& text, Family, const Symbolic&, const RuleId&)> witness{};   // shown each
};

Agreement compare_solvers(const std::string& text, Family family, std::uint32_t seed, const AgreementOptions& options);
// Ruleset number `seed` of the random ones.
Agreement compare_random(std::uint32_t seed, const AgreementOptions& options);

}  // namespace fwsim::testing
