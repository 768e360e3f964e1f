// A table as flat code: small fixed records, one for each test, with where to go when it holds
// and when it does not. Extensions are lowered to the core language; this is all that runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/ruleset.hh"
#include "simulator/effect.hh"
#include "simulator/lookup.hh"
#include "simulator/oracle.hh"
#include "simulator/rule_index.hh"

namespace fwsim {

struct Op {  // 32 bytes
  enum class Kind : std::uint8_t {
    jump,       // to on_true
    present,    // field is there
    in,         // a <= field <= b
    masked,     // (field & b) == a
    list,       // field in one of ranges[a..b)
    in_wide,    // the same for 128-bit fields: operands wide[a], wide[a + 1]
    masked_wide,
    leap,       // before rule a of long_chains[b]: to the next rule that does something, or on_true
    oracle,     // oracles[a]
    unknown,    // reasons[a]
    act,        // rule a matched
    hotdrop,    // drop the packet in the middle of a rule
    end         // of chain a
  };
  Kind kind = Kind::jump;
  Field field = Field::none;
  bool success = true;  // the branch on which the rule goes on: where an undecided test goes
  std::uint32_t on_true = 0, on_false = 0;
  std::uint64_t a = 0, b = 0;
};

// A rule of the program: what it does, and its counters.
struct RuleCode {
  std::uint32_t chain = 0, index = 0;   // in the table's chains
  std::uint32_t next = 0;               // op of the rule after it
  const Rule* rule = nullptr;
  Actions actions;
  std::vector<std::unique_ptr<Target>> targets;  // parallel to actions; null but for effects
  Counters counters;
};

// A chain that may get an index.
struct LongChain {
  std::uint32_t first = 0, last = 0;   // its rules are `first` to `last` - 1
  std::uint64_t patience = 0;          // rules that are still walked without one
  std::unique_ptr<RuleIndex> index = nullptr;
};

struct Program {
  const Table* table = nullptr;
  Family family = Family::v4;
  std::vector<Op> ops;
  std::vector<std::uint32_t> start;   // of each chain
  std::vector<RuleCode> rules;
  std::vector<Counters> policies;     // of each chain; of user chains: how often their end was reached
  std::vector<Range> ranges;
  std::vector<u128> wide;
  std::vector<std::unique_ptr<Oracle>> oracles;
  std::vector<std::string> reasons;
  std::array<int, hook_count> base{-1, -1, -1, -1, -1};  // chain of each hook
  std::vector<LongChain> long_chains;

  // The first test of a rule.
  std::uint32_t first_op(std::uint32_t rule) const {
    const bool first = rule == 0 || rules[rule - 1].chain != rules[rule].chain;
    const std::uint32_t at = first ? start[rules[rule].chain] : rules[rule - 1].next;
    return ops[at].kind == Op::Kind::leap ? at + 1 : at;
  }
};

// That of the long chain of this number, which is walked once more; null when it has not been walked often enough to be worth one.
const RuleIndex* index_of(Program& program, std::uint64_t number);

// The table must outlive the program.
Program compile(const Table& table, Family family, World& world, Lookup lookup = Lookup::one_by_one);

}  // namespace fwsim
