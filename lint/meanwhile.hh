// While rules are changed command by command, each ruleset in between is what packets meet: what passes then that neither
// the old rules nor the new ones let pass.
#pragma once

#include <optional>
#include <string>

#include "lint/classes.hh"

namespace fwsim {

struct Meanwhile {
  Way way = Way::input;
  RulePlace by;            // by which rule they pass
  Witness packet;          // dropped before, passes, is dropped afterwards: replayed on all three
};

// Whether any packet that begins a connection is certainly stopped, on its way in or through.
bool closes_anything(const Ruleset& ruleset, const Host* host);

// Packets that begin connections; one class of them, or none. With nothing found there is none, unless `complete` is set
// to false. `host` may be null.
std::optional<Meanwhile> exposed_meanwhile(const Ruleset& before, const Ruleset& during, const Ruleset& after, const Host* host, bool& complete);

}  // namespace fwsim
