// Every check, by name; lint/checks/<name>.cc holds it.
#pragma once

namespace fwsim {

struct Check;

namespace checks {

extern const Check shadowed, repeated, redundant, contradictory, unreferenced_chain, unreachable_chain, dead_jump, duplicate, policy_unused, undone,
    kernel_first, generalization, correlation,
    admin_exposed,
    cleartext_exposed,
    database_exposed,
    sharing_exposed,
    amplifier_exposed,
    input_open,
    forward_open,
    output_open,
    protocol_gap,
    replies_dropped,
    loopback_dropped,
    invalid_accepted,
    new_without_syn,
    pmtu_black_hole,
    neighbours_dropped,
    redirects_accepted,
    timestamps_accepted,
    source_port_only,
    wide_range;

}  // namespace checks
}  // namespace fwsim
