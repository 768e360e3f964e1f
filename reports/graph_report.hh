// The chain graph of `fwsim graph`: built-in chains at their hooks, in the order in which packets come to them, and the
// chains that they call.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "lint/symbolic.hh"
#include "model/ruleset.hh"
#include "reports/chain_graph.hh"

namespace fwsim {

struct GraphReport {
  const Ruleset* ruleset = nullptr;
  std::optional<TableId> table;                                      // only this one
  std::function<bool(TableId, std::uint16_t chain)> entered;         // packets come to the chain, or may
  std::function<bool(const RuleId&)> never;                          // no packet comes to match the rule
};

// The chains of the report, without places.
ChainGraph graph_of(const GraphReport& report);
const Chain& chain_of(const Ruleset& ruleset, const ChainNode& node);

std::string graph_dot(const GraphReport& report);
std::string graph_svg(const GraphReport& report);

}  // namespace fwsim
