// Judgements that several checks make of an answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/check.hh"

namespace fwsim {

// The pieces that come in, or leave, by other devices than lo, of connections that nobody has translated.
std::vector<Piece> outside(const Answers& answers, const Class& c);
// Whether all pieces come in by devices of which nobody can say that they are outside: those that the rules name. Of a
// described host the devices of its default routes are, or where it has none, all together.
bool by_certain_devices(const Answers& answers, const std::vector<Piece>& pieces);
// Whether packets of these pieces come from where strangers are: by a device that the settings call external, or where
// they say nothing by a device of the host's default routes, or by any. Of one device that a ruleset names that is perhaps so; of several, which of them is outside cannot be told.
enum class Outside : std::uint8_t { no, perhaps, yes };
Outside from_strangers(const Facts& facts, const std::vector<Piece>& pieces);
// Whether no such packet passes, for certain; `by` is set to a rule or policy that stops them.
bool stops_outside(const Answers& answers, const Answered& answered, RuleId& by);
// Whether new connections of TCP or UDP from anywhere, by any device, to nearly every port pass by this rule or policy.
bool wide_open(const Answers& answers, const Class& c);
// " over UDP", where it is one of the two only; otherwise empty.
std::string over_protocols(const Answers& answers, const Class& c);
// "22", "5900-5903".
std::string ports_text(const Range& ports);
// The rules and policies by which they do.
std::vector<RuleId> wide_openings(const Answers& answers, Way way);

}  // namespace fwsim
