// What a packet must be for a rule to do anything at all: read from the rule's code, for the index.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/field.hh"
#include "model/types.hh"

namespace fwsim {

struct Program;

// The field is present and in one of the ranges.
struct Condition {
  Field field = Field::none;
  std::uint32_t first = 0, last = 0;   // of RuleConditions::ranges
};

// A test that drops the packet in the middle of a rule when it comes out as `outcome`; `proto`: only packets of that
// protocol come to it.
struct Danger {
  std::uint32_t op = 0;
  bool outcome = true;
  std::optional<std::uint64_t> proto = {};
};

// Of neighbouring rules. A packet that breaks one of a rule's conditions, and that no danger is true of, passes the rule without
// a trace: no oracle is asked, nothing is counted.
struct RuleConditions {
  std::vector<std::uint32_t> begin;    // of each rule, and the end of the last: where its conditions are
  std::vector<Condition> conditions;
  std::vector<Range> ranges;
  std::vector<Danger> dangers;         // each once

  std::span<const Condition> of(std::size_t rule) const { return std::span(conditions).subspan(begin[rule], begin[rule + 1] - begin[rule]); }
};

// Of rules number `first` to `last` - 1 of the program.
RuleConditions read_conditions(const Program& program, std::uint32_t first, std::uint32_t last);

}  // namespace fwsim
