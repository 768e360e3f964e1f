// Judgements that several checks make of an answer.
#pragma once

#include <optional>
#include <vector>

#include "lint/check.hh"

namespace fwsim {

// The pieces that come in, or leave, by other devices than lo.
std::vector<Piece> outside(const Answers& answers, const Class& c);
// Whether no such packet passes, for certain; `by` is set to a rule or policy that stops them.
bool stops_outside(const Answers& answers, const Answered& answered, RuleId& by);
// Whether new connections of TCP and UDP from anywhere to nearly every port pass by this rule or policy.
bool wide_open(const Answers& answers, const Class& c);
// The rules and policies by which they do.
std::vector<RuleId> wide_openings(const Answers& answers, Way way);

}  // namespace fwsim
