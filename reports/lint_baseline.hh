// A baseline is the JSON report of an earlier run: what it has is known, and only what is new is told.
#pragma once

#include <set>
#include <string>

#include "model/diagnostic.hh"
#include "reports/lint_report.hh"

namespace fwsim {

// The fingerprints in a report. What is wrong with the text of `file` is added to `faults`.
std::set<std::string> read_baseline(const std::string& file, const std::string& text, Diagnostics& faults);
// Takes known findings out of the report, and counts them.
void leave_out(LintReport& report, const std::set<std::string>& known);

}  // namespace fwsim
