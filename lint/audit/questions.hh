// Every question that controls ask; lint/audit/<name>.cc holds it.
#pragma once

namespace fwsim {

struct AuditQuestion;

namespace questions {

extern const AuditQuestion default_deny, inbound_denied, boundary, outbound_denied,   // default_deny.cc
    loopback, loopback_spoofed,                                                  // loopback.cc
    answers_return, open_ports, services_listed, insecure_services, stateful, spoofed_sources, unspecified_sources, inside_hidden,
    foreign_sources_leave, broadcasts, source_routes, icmp_types, denied_logged,
    one_utility, ufw_unused;                                                     // one_utility.cc
// What no ruleset answers; each says what would (beyond_rulesets.cc).
extern const AuditQuestion packages, nftables_unused, standards, changes, reviews, kept_consistent, wireless, card_data, dual_homed;

}  // namespace questions
}  // namespace fwsim
