// A cheaper order of rules: within each chain, those by which most packets leave it are moved up past rules that they
// commute with. What is handed out is proved by diff to treat every packet alike, logs included.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lint/symbolic.hh"

namespace fwsim {

// How many packets' way through the chain ended at each rule: [chain][rule].
using ChainWeights = std::vector<std::vector<std::uint64_t>>;
using Weights = std::array<ChainWeights, table_count>;   // of tables without traffic: empty

// The same, from the counters of rules. Where several rules jump to a chain, who of them the packets came by that it
// kept is not counted: it is taken to be alike for all.
Weights weights_by_counters(const Ruleset& ruleset);
// How many rules were looked at, by the counters of rules and policies.
std::uint64_t evaluations_by_counters(const Ruleset& ruleset);

struct ChainOrder {
  TableId table = TableId::filter;
  std::uint16_t chain = 0;
  std::vector<std::uint32_t> order;   // at each place, the rule that stood at this index
  std::uint64_t saves = 0;            // evaluations, by the weights

  // The rules that stand before one that they stood behind.
  std::vector<std::uint32_t> moved() const;
};

struct Reordering {
  std::vector<ChainOrder> chains;     // that get another order; empty: none is better
  std::vector<ChainOrder> unproved;   // left out: diff did not prove them
  Ruleset after;                      // the ruleset with these orders
};

Reordering suggest_order(const Ruleset& ruleset, const Weights& weights);

}  // namespace fwsim
