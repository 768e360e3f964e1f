// The fixes of findings, as edits of the file that the ruleset was read from.
#pragma once

#include <string_view>

#include "lint/finding.hh"
#include "lint/rule_lines.hh"

namespace fwsim {

// Gives each finding that can be mended its fix. `text` is what was read; lines are those of rules and chains.
void add_fixes(LintResult& result, const Ruleset& ruleset, std::string_view text, const RulePrinter& print);

}  // namespace fwsim
