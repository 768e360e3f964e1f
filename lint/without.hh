// Whether a rule could be taken out: every packet that comes to it and matches would get the same end in its table
// without it.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "lint/facts.hh"

namespace fwsim {

struct Without {
  enum class Answer : std::uint8_t {
    same,
    differs,   // or it cannot be told: rules with memory, marks set, logs written on the way
    gave_up
  };
  Answer answer = Answer::differs;
  std::vector<RuleId> instead;   // same: rules, policies and ends of chains that do it then
  std::uint64_t cost = 0;        // in steps of about a microsecond
};

// `gone`: rules that are taken as deleted already, so that all that are found can be deleted together.
Without without(const Facts& facts, const RuleId& rule, const std::set<RuleId>& gone);

// The ruleset without those of the rules of which it is proved, one after the other, that every packet is treated the same.
struct Reduced {
  Ruleset ruleset;
  std::size_t taken = 0;   // so many of them
};
Reduced without_needless(Ruleset ruleset, std::vector<RuleId> rules, const Host* host);

}  // namespace fwsim
