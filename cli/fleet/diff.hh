// fwsim diff of two directories: each host in both is compared with itself.
#pragma once

#include "cli/commands.hh"

namespace fwsim {

// Whether both versions are directories of hosts, and not snapshots of one.
bool is_fleet(const DiffArgs& args);
int run_diff_fleet(const DiffArgs& args, const Common& common);

}  // namespace fwsim
