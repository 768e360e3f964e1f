// Captures through a ruleset, and what came to its rules: what cover and optimize share.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/replay.hh"
#include "lint/reorder.hh"
#include "simulator/coverage.hh"

namespace fwsim {

bool has_counters(const Ruleset& ruleset);

struct Counted {
  Coverage coverage;
  std::vector<Fate> fates;               // of all packets of the ruleset's family, in order
  Ruleset counted;                       // the ruleset with these packets in its counters, and no others
  std::uint64_t packets = 0, bytes = 0;  // without those that iptables never sees
};
Counted count_packets(const Ruleset& ruleset, const Host& host, Captures& captures, bool host_replies, std::uint64_t seed);

Weights weights_by_coverage(const Coverage& coverage, const Ruleset& ruleset);

}  // namespace fwsim
