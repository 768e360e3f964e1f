// A ruleset of which only some rules are looked at: those that lead to a target, and those that were
// seen to take packets from it, with what leads packets past those (RETURN, and ACCEPT in earlier
// tables). Leaving out others of a table that rewrites nothing only lets more packets come, so that what is never reached in a sketch is never reached. In a table that rewrites the
// same holds on the way to the target, where there is only one.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "lint/symbolic.hh"

namespace fwsim {

class Sketch {
 public:
  // `last`: by chain of the target's table, the last rule that leads to the target's chain; -1 where none does.
  Sketch(const Symbolic& rules, const RuleId& target, const std::vector<std::int64_t>& last);

  // Rules of a chain to look at, in order; null: all of them.
  std::shared_ptr<const std::vector<std::uint32_t>> list(TableId table, std::uint32_t chain) const {
    const auto& t = tables_[static_cast<std::size_t>(table)];
    return t.empty() ? nullptr : t[chain];
  }
  // Whether this policy is taken to do what it says.
  bool knows(const RuleId& policy) const;
  // Looks at this rule, or policy, from now on, and at what can lead packets past or to it. False: it was known.
  bool learn(const RuleId& id);

 private:
  bool add(const RuleId& id);

  void learn_passing(TableId table, std::uint32_t chain);

  const Symbolic& rules_;
  TableId target_table_;
  std::vector<bool> on_way_;   // chains of the target's table
  bool one_hook_ = false;      // from which packets come to the target
  std::array<std::vector<std::shared_ptr<std::vector<std::uint32_t>>>, table_count> tables_;
};

}  // namespace fwsim
