// Every check, by name; lint/checks/<name>.cc holds it.
#pragma once

namespace fwsim {

struct Check;

namespace checks {

extern const Check unused_suppression, bad_suppression;   // both in suppressions.cc
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
    wide_range,
    nat_everything,
    dnat_everything,
    docker_bypass,
    denied_not_logged,
    log_flood,
    log_prefix,
    limit_in_vain,
    limited_drop,
    shared_hashlimit,
    recent_never_set,
    shared_bucket,
    nth_cascade,
    connlimit_known,
    return_in_base,
    goto_loses_caller,
    empty_chain,
    policy_elsewhere,
    rejects_invalid,
    expired,
    no_comment,
    long_chain,
    set_missing,
    set_dimensions,
    set_empty,
    set_full,
    set_options,
    set_overlap,
    unknown_device,
    forwarding_off,
    stale_rule,
    no_reverse_path,
    settings_weak,
    loopback_target,
    snat_foreign,
    enslaved_device,
    mark_unset,
    half_notrack,
    helper_missing,
    family_gap;

}  // namespace checks
}  // namespace fwsim
