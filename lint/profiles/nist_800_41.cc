// NIST SP 800-41 revision 1, guidelines on firewalls and firewall policy. It has no ids of its own: controls are named by
// topic. How a profile is made is said in cis.cc.
#include "lint/audit/questions.hh"
#include "lint/profiles.hh"

namespace fwsim::profiles {
namespace {

using namespace questions;

constexpr Control controls[] = {
    {"default-deny-in", "inbound traffic is denied by default", {}, &inbound_denied, "SP 800-53 r5 SC-7(5)"},
    {"default-deny-out", "outbound traffic is denied by default", {}, &outbound_denied, "SP 800-53 r5 SC-7(5)"},
    {"spoofed-sources", "inbound traffic with internal or private (RFC 1918) sources is blocked", {}, &spoofed_sources, "SP 800-53 r5 SC-7"},
    {"loopback-addresses", "traffic with loopback addresses (127/8) is blocked at the network", {}, &loopback_spoofed, ""},
    {"unspecified-address", "traffic with source 0.0.0.0 is blocked", {}, &unspecified_sources, ""},
    {"directed-broadcast", "directed broadcasts from outside are blocked", {}, &broadcasts, ""},
    {"source-routing", "source-routed traffic is blocked", {}, &source_routes, ""},
    {"egress-filtering", "outbound traffic with sources that are not internal is blocked", {}, &foreign_sources_leave, "SP 800-53 r5 SC-7"},
    {"icmp", "ICMP that is needed passes, the rest does not", {}, &icmp_types, ""},
    {"logging", "denied traffic is logged", {}, &denied_logged, "SP 800-53 r5 AU-2"},
};

}  // namespace

const Profile nist_800_41{.name = "nist-800-41", .title = "NIST SP 800-41 revision 1", .controls = controls,
                          .note = "the publication has no ids: controls are named by topic"};

}  // namespace fwsim::profiles
