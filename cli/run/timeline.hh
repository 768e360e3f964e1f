// Every ruleset that a script made on its way is one that packets met: who was locked out meanwhile, and what was open.
#pragma once

#include <string>
#include <vector>

#include "cli/run/tools.hh"
#include "lint/lockout.hh"
#include "model/host.hh"
#include "reports/run_report.hh"

namespace fwsim {

// Runs the commands of the run again on the machine as it was at the beginning; `end`: as it was when the script had ended.
// `host` may be null. What could not be looked at is put into `notes`.
std::vector<RunWindow> find_windows(const Machine& begin, const Machine& end, const RunState& run, const Host* host, const Admin& admin, std::vector<std::string>& notes);

}  // namespace fwsim
