// Whether a rule could be taken out: every packet that comes to it and matches would get the same end in its table
// without it.
#pragma once

#include <cstdint>
#include <optional>
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
  std::vector<RuleId> instead;   // same: the rules, policies and ends of chains that do it then
};

// `gone`: rules that are taken as deleted already, so that all that are found can be deleted together.
Without without(const Facts& facts, const RuleId& rule, const std::vector<RuleId>& gone);

// The ruleset without these rules, when that is proved to treat every packet the same, one rule after the other.
std::optional<Ruleset> without_all(Ruleset ruleset, std::vector<RuleId> rules, const Host* host);

}  // namespace fwsim
