// What checks of the order of rules find in chains that a program made (managers.hh): it is left out.
#pragma once

#include "lint/finding.hh"
#include "model/ruleset.hh"

namespace fwsim {

// The result without it, counted by program.
LintResult leave_out_managed(LintResult result, const Ruleset& ruleset);

}  // namespace fwsim
