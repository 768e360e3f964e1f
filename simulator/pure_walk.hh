// One packet through one table at one hook as traverse() takes it, as long as nothing but tests of fields, verdicts and jumps
// has a say: nothing is changed, not even a counter. What has a say, and what counts the packet, is noted in the trail.
#pragma once

#include <optional>

#include "simulator/program.hh"
#include "simulator/result.hh"
#include "simulator/trail.hh"

namespace fwsim {

struct PureEnd {
  bool accepted = true;
  std::optional<RuleRef> by;   // the rule or policy that ended it; none where the table has no chain at the hook
};

// Nothing when something else comes on the way.
std::optional<PureEnd> walk_pure(Program& program, Hook hook, const FieldValues& fields, FlowTrail& trail);

}  // namespace fwsim
