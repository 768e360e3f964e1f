// The core language, half one: what it means to match. Every engine reads only this.
// A test on a field is false when the field is absent, so "not" of an option is written
// all(present(f), negation(in(f, ...))); `negation` itself is plain Boolean.
#pragma once

#include <string>
#include <vector>

#include "model/field.hh"
#include "model/types.hh"

namespace fwsim {

struct MatchUse;

struct Pred {
  enum class Kind : std::uint8_t { always, never, present, in, masked, oracle, unknown, all, any, negation };

  Kind kind = Kind::always;
  Field field = Field::none;      // present, in, masked
  std::vector<Range> ranges;      // in
  u128 value = 0;                 // masked: (field & mask) == value
  u128 mask = 0;                  // masked
  const MatchUse* use = nullptr;  // oracle: the match whose options parametrise it
  std::string reason;             // unknown: why it cannot be decided
  std::vector<Pred> parts;        // all, any, negation
};

Pred always();
Pred never();
Pred present(Field field);
Pred in(Field field, Range range);
Pred in(Field field, std::vector<Range> ranges);
Pred is(Field field, u128 value);
Pred masked(Field field, u128 value, u128 mask);
// A test that only an engine with state, or one that reads payload, can decide.
Pred oracle(const MatchUse& use);
Pred unknown(std::string reason);
Pred all(std::vector<Pred> parts);
Pred any(std::vector<Pred> parts);
Pred negation(Pred part);
// The inverted form of an option: `f` present and `p` false.
Pred present_and_not(Field field, Pred p);

// What one match of a rule means: `hotdrop` is asked first and drops the packet in the middle
// of the rule (xt_action_param.hotdrop); then `matches`.
struct Meaning {
  Pred matches;
  Pred hotdrop;
};

std::string to_text(const Pred& pred);

}  // namespace fwsim
