// Another version of a table in place of one that runs: rules that are the same in both keep what they counted, and what
// their matches and targets remember (limit, quota, statistic, connlimit). A kernel that loads a ruleset anew forgets that.
#pragma once

#include "simulator/program.hh"

namespace fwsim {

// The same: in a chain of the same name, with the same matches and target; their order may be another.
// `memory`: what they remember too, not the counters alone. It is taken out of `from`.
void carry_over(Program& from, Program& to, bool memory);

}  // namespace fwsim
