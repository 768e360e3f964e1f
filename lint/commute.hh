// Whether two rules of a chain may stand in either order: then every packet fares alike.
#pragma once

#include <array>
#include <vector>

#include "lint/align.hh"
#include "lint/symbolic.hh"

namespace fwsim {

class Commuting {
 public:
  Commuting(const Symbolic& rules, std::size_t version, const RuleTexts& texts, const AlignOptions& options);
  // Rules of one chain.
  bool commute(const RuleId& a, const RuleId& b);
  // Whether packets may come out of the rule, and go on in the chain, with other fields.
  bool writes(const RuleId& id) { return &written(id) != &nothing_ && written(id) != nothing_; }
  // What the rule does beyond its verdict is nothing that counts.
  bool idle(const SymbolicRule& rule) const { return rule.inert && !rule.remembers && !(options_.logs && rule.logs); }

 private:
  using VarSet = std::vector<bool>;
  const VarSet& written(const RuleId& id);
  const VarSet& written_in(TableId table, std::size_t chain);
  bool apart(TableId table, const std::vector<Box>& a, const std::vector<Box>& b, const std::vector<Box>& except = {}) const;
  bool lawful(const Box& box) const;
  bool disturbs(const RuleId& writer, const SymbolicRule& rule);

  const Symbolic& rules_;
  std::size_t version_;
  const RuleTexts& texts_;
  AlignOptions options_;
  VarSet scratch_;
  std::array<std::vector<VarSet>, table_count> chains_;   // empty: not known yet
  VarSet nothing_;
  std::vector<Box> laws_;   // what no packet is once conntrack has seen it
};

}  // namespace fwsim
