// Rules of a chain that could be one: they differ in a port, an address or a state only, and nothing between them minds.
// What is found are candidates; whether the packets fare alike is for a proof to say.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/symbolic.hh"
#include "model/ipset.hh"
#include "model/ruleset.hh"

namespace fwsim {

struct Merge {
  TableId table = TableId::filter;
  std::uint16_t chain = 0;
  std::vector<std::uint32_t> rules;   // at least two, ascending
  Rule result;                        // stands where the first stood; it has counted what all did
  std::string_view by;                // what they differ in: "ports", "source addresses", ...
  std::optional<IpSet> set;           // that the result asks, and that has to be loaded before
};

struct MergeOptions {
  bool sets = false;                                 // lists of addresses, instead of all else
  std::function<bool(const RuleId&)> allowed{};      // rules that may be touched; null: all
  std::map<std::string, IpSet, std::less<>> known;   // sets, by name
};

// No rule is in two of them. Rules that count, limit or remember, and those with extensions that fwsim does not know, are
// in none. Comments are joined; of what goes into a set they become the elements'.
std::vector<Merge> find_merges(const Ruleset& ruleset, const MergeOptions& options);

}  // namespace fwsim
