// fwsim lint over many hosts: each is judged by itself, by as many processes as --jobs says, and a broken one is told of and does
// not stop the others.
#pragma once

#include <functional>
#include <string>

#include "cli/commands.hh"

namespace fwsim {

// Whether the options are about a fleet: --jobs, --files-from, --format ndjson, or a directory among the files.
bool is_fleet(const LintArgs& args);
int run_lint_fleet(const LintArgs& args, const Common& common);

}  // namespace fwsim
