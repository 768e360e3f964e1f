// fwsim lint of several firewalls that a network joins.
#pragma once

#include "cli/commands.hh"

namespace fwsim {

// Whether what is to be linted is a network: one file of TOML.
bool is_network(const LintArgs& args);
int run_lint_network(const LintArgs& args, const Common& common);

}  // namespace fwsim
