// What checks of the order of rules find in chains that a program made (managers.hh): it is left out.
#pragma once

#include "lint/finding.hh"
#include "lint/managers.hh"
#include "model/ruleset.hh"

namespace fwsim {

// Who made the chain (`of_chain`), or writes the rule; null when the user does, or nobody knows.
const Manager* responsible(const Ruleset& ruleset, const RuleId& id, bool of_chain);

// The result without it, counted by program.
LintResult leave_out_managed(LintResult result, const Ruleset& ruleset);

}  // namespace fwsim
