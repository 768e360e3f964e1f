// The CIS benchmarks' controls of iptables, as data. A new standard is a file like this one and its line in the list of
// lint/profiles.cc: a row for each control, with its id and title as the standard prints them, the family when it is
// about one, and the question that is asked (lint/audit/questions.hh; several controls may ask the same). `also` has the
// ids that other versions give the same control. Nothing else: how a question is judged is no matter of a standard.
#include "lint/audit/questions.hh"
#include "lint/profiles.hh"

namespace fwsim::profiles {
namespace {

using namespace questions;
constexpr auto v4 = Family::v4, v6 = Family::v6;

constexpr Control controls[] = {
    {"4.1.1", "Ensure a single firewall configuration utility is in use", {}, &one_utility, ""},
    {"4.4.1.1", "Ensure iptables packages are installed", {}, &packages, "Ubuntu 22.04 4.3.1.1, SLE 15 3.5.3.1.1, SLE 12 3.5.1.1"},
    {"4.4.1.2", "nftables not in use with iptables", {}, &nftables_unused, "Ubuntu 22.04 4.3.1.2, SLE 15 3.5.3.1.2"},
    {"4.4.1.3", "ufw not in use with iptables", {}, &ufw_unused, "Ubuntu 22.04 4.3.1.3, SLE 15 3.5.3.1.3"},
    {"4.4.2.1", "Ensure iptables default deny firewall policy", v4, &default_deny, "Ubuntu 22.04 4.3.2.1, SLE 15 3.5.3.2.1, SLE 12 3.5.2.4; with ufw 4.2.7"},
    {"4.4.2.2", "Ensure iptables loopback traffic is configured", v4, &loopback, "Ubuntu 22.04 4.3.2.2, SLE 15 3.5.3.2.2, SLE 12 3.5.2.1; with ufw 4.2.4"},
    {"4.4.2.3", "Ensure iptables outbound and established connections are configured (Manual)", v4, &answers_return, "Ubuntu 22.04 4.3.2.3, SLE 15 3.5.3.2.3, SLE 12 3.5.2.2; with ufw 4.2.5"},
    {"4.4.2.4", "Ensure iptables firewall rules exist for all open ports", v4, &open_ports, "Ubuntu 22.04 4.3.2.4, SLE 15 3.5.3.2.4, SLE 12 3.5.2.3; with ufw 4.2.6"},
    {"4.4.3.1", "Ensure ip6tables default deny firewall policy", v6, &default_deny, "Ubuntu 22.04 4.3.3.1, SLE 15 3.5.3.3.1, SLE 12 3.5.3.4"},
    {"4.4.3.2", "Ensure ip6tables loopback traffic is configured", v6, &loopback, "Ubuntu 22.04 4.3.3.2, SLE 15 3.5.3.3.2, SLE 12 3.5.3.1"},
    {"4.4.3.3", "Ensure ip6tables outbound and established connections are configured (Manual)", v6, &answers_return, "Ubuntu 22.04 4.3.3.3, SLE 15 3.5.3.3.3, SLE 12 3.5.3.2"},
    {"4.4.3.4", "Ensure ip6tables firewall rules exist for all open ports", v6, &open_ports, "Ubuntu 22.04 4.3.3.4, SLE 15 3.5.3.3.4, SLE 12 3.5.3.3"},
};

}  // namespace

const Profile cis{.name = "cis", .title = "CIS Debian 12 v1.1.0 and Ubuntu 24.04 v1.0.0, level 1", .controls = controls,
                  .note = "other ids are those of Ubuntu 22.04 v2.0.0, SLE 15 v1.1.1 and SLE 12 v3.1.0"};

}  // namespace fwsim::profiles
