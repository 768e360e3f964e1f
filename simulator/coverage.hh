// Which rules packets come to, match and leave their chains by, told from the ways that they took.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "model/ruleset.hh"
#include "simulator/result.hh"

namespace fwsim {

struct RuleUse {
  std::uint64_t left = 0;              // packets whose way through the chain ended here: by a verdict, a RETURN, a chain that did not come back
  std::uint64_t seen = 0;              // packets that matched it
  std::int64_t first = 0, last = 0;    // when the first and the last of them came, ns since 1970
};

// Of each chain of a table, by rule; the last one is the policy or end.
using TableUse = std::vector<std::vector<RuleUse>>;

class Coverage {
 public:
  // Results must have their paths. What a packet causes (answers, copies) counts for rules, not for depths.
  void add(const Result& result, std::int64_t time);

  const TableUse* uses(Family family, TableId table) const {
    const auto& t = uses_[static_cast<std::size_t>(family)][static_cast<std::size_t>(table)];
    return t.empty() ? nullptr : &t;
  }
  std::uint64_t evaluations() const { return evaluations_; }   // rules looked at, of all tables
  // Packets by how many rules were looked at for them.
  const std::map<std::uint64_t, std::uint64_t>& depths() const { return depths_; }

 private:
  std::uint64_t walk(const Result& result, std::int64_t time);
  TableUse& table(const RuleRef& rule);

  std::array<std::array<TableUse, table_count>, 2> uses_;
  std::uint64_t evaluations_ = 0;
  std::map<std::uint64_t, std::uint64_t> depths_;
};

}  // namespace fwsim
