// Packets that should not come in from anywhere, and do: what the checks of single kinds of packets have in common.
#pragma once

#include <string>
#include <string_view>

#include "lint/check.hh"

namespace fwsim {

// One finding for all rules and policies by which these packets come in from at least half of all addresses, apart from
// those that let everything in (new_in must be among the questions).
void find_accepted(const Facts& facts, Findings& findings, const Asked& packets, const std::string& text, std::string_view hint);

}  // namespace fwsim
