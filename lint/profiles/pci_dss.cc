// PCI DSS v4.0.1, requirement 1: network security controls. How a profile is made is said in cis.cc.
#include "lint/audit/questions.hh"
#include "lint/profiles.hh"

namespace fwsim::profiles {
namespace {

using namespace questions;

constexpr Control controls[] = {
    {"1.2.1", "configuration standards for NSC rulesets defined, implemented, maintained", {}, &standards, ""},
    {"1.2.2", "changes approved & managed", {}, &changes, "6.5.1"},
    {"1.2.5", "all services, protocols, ports allowed are identified, approved, justified", {}, &services_listed, "v3.2.1 1.1.6"},
    {"1.2.6", "insecure services mitigated", {}, &insecure_services, "2.2.5"},
    {"1.2.7", "NSC configs reviewed every six months", {}, &reviews, "v3.2.1 1.1.7"},
    {"1.2.8", "config files secured and kept consistent with active configuration", {}, &kept_consistent, ""},
    {"1.3.1", "inbound to CDE only necessary, rest specifically denied", {}, &inbound_denied, "v3.2.1 1.2.1"},
    {"1.3.2", "outbound from CDE only necessary, rest denied", {}, &outbound_denied, "v3.2.1 1.3.4"},
    {"1.3.3", "NSC between wireless and CDE", {}, &wireless, ""},
    {"1.4.1", "NSCs between trusted and untrusted", {}, &boundary, ""},
    {"1.4.2", "inbound untrusted to trusted: public services, stateful responses, rest denied", {}, &stateful, "v3.2.1 1.3.5"},
    {"1.4.3", "anti-spoofing", {}, &spoofed_sources, "v3.2.1 1.3.3"},
    {"1.4.4", "stored-CHD systems not directly reachable from untrusted", {}, &card_data, ""},
    {"1.4.5", "internal IP/routing not disclosed", {}, &inside_hidden, "v3.2.1 1.3.7"},
    {"1.5.1", "dual-homed devices", {}, &dual_homed, ""},
};

}  // namespace

const Profile pci_dss{.name = "pci-dss", .title = "PCI DSS v4.0.1, requirement 1", .controls = controls,
                      .note = "titles are shortened; the ruleset is taken for that of a system of the cardholder data environment (CDE)"};

}  // namespace fwsim::profiles
