// Where rules ask for ipsets, or change them: what the checks of sets have in common.
#pragma once

#include <string_view>
#include <vector>

#include "lint/check.hh"
#include "model/ipset.hh"

namespace fwsim {

struct SetUse {
  RuleId id;
  const Rule* rule = nullptr;
  const Use* use = nullptr;          // -m set, or -j SET
  std::string_view option;           // "match-set", "add-set", ...
  std::string_view name;             // of the set
  std::vector<std::string_view> sides;   // "src", "dst"
  bool inverted = false;
  bool match() const { return option == "match-set"; }
};

// All, in the order of the rules.
std::vector<SetUse> set_uses(const Facts& facts);
// Whether the sets of the host are told at all.
inline bool sets_known(const Facts& facts) { return facts.sets() && !facts.sets()->empty(); }
const IpSet* set_of(const Facts& facts, std::string_view name);
// Rules of the same set, by the name of the set; of each the first comes first.
std::vector<std::vector<SetUse>> by_set(std::vector<SetUse> uses);
// The rules behind the first, each once.
std::vector<RuleId> other_rules(const std::vector<SetUse>& uses);

}  // namespace fwsim
