// fwsim diff of two directories: each host in both is compared with itself.
#pragma once

#include "cli/commands.hh"

namespace fwsim {

// Whether both versions are directories of hosts, and not snapshots of one.
bool is_fleet(const DiffArgs& args);
// Of two rulesets or snapshots. `of_hosts`: of the same host, so that rules of a family that only one has are a difference.
int run_diff_pair(const DiffArgs& args, const Common& common, bool of_hosts);
int run_diff_fleet(const DiffArgs& args, const Common& common);

}  // namespace fwsim
