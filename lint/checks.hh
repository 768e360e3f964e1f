// Every check, by name; lint/checks/<name>.cc holds it.
#pragma once

namespace fwsim {

struct Check;

namespace checks {

extern const Check shadowed, repeated, redundant, contradictory, unreferenced_chain, unreachable_chain, dead_jump, duplicate, policy_unused, undone,
    kernel_first, generalization, correlation;

}  // namespace checks
}  // namespace fwsim
