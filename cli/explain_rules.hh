// fwsim explain of rules: RULES, RULES:LINE, RULES:CHAIN.
#pragma once

#include <string>

#include "cli/commands.hh"

namespace fwsim {

// Whether a word of `fwsim explain` is about a file, which is there, and not a check.
bool names_rules(const std::string& word);
int run_explain_rules(const ExplainArgs& args, const Common& common);

}  // namespace fwsim
