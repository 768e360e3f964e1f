// Whether packets of some kind come to a rule and are matched by it.
#pragma once

#include <optional>

#include "lint/check.hh"

namespace fwsim {

// What the predicate asks about is of packets as they begin their way, and of the state that conntrack gives them; its values are those
// that rules or the kernel's own way tell apart. Nothing when there was too much to look at.
std::optional<bool> some_come(const Facts& facts, const RuleId& rule, const Pred& pred);

}  // namespace fwsim
