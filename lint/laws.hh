// What no packet is, whatever the rules: combinations of fields that the kernel's own way rules
// out. Connection tracking never calls a TCP packet with SYN and ACK NEW; routing drops a source
// 127.0.0.1 from the wire before INPUT. Proofs leave these out, so that no witness is one of them.
#pragma once

#include <vector>

#include "model/pred.hh"
#include "model/types.hh"

namespace fwsim {

// What may be RELATED besides ICMP errors.
struct Relations {
  bool helpers = false;   // connections that a helper expects
  bool resets = false;    // what REJECT --reject-with tcp-reset sends (nf_ct_attach)
  bool operator==(const Relations&) const = default;
};
// After connection tracking (nf_conntrack_proto_*.c).
std::vector<Pred> conntrack_laws(Family family, Relations relations);
// Packets whose connection is known before connection tracking looks: what comes back by lo and, of what the host sends,
// errors and resets about a packet that it got (icmp_glue_bits, nf_send_reset: nf_ct_attach).
std::vector<Pred> told_early(Family family, bool sent, Relations relations);
// Of those that the host sends, whose sums are not checked.
std::vector<Pred> sent_laws(Family family);
// What connection tracking leaves alone of itself (nf_conntrack_icmpv6.c, noct_valid_new).
Pred untracked_by_itself(Family family);
// Of what is not forwarded for lack of hops (ip_forward, ip6_forward).
Pred out_of_hops();
// Before INPUT and FORWARD (ip_route_input_slow, ip6_rcv_core, ip6_forward); `localnet`: route_localnet is on.
std::vector<Pred> arrival_laws(Family family);
std::vector<Pred> routing_laws(Family family, bool forward, bool localnet);

}  // namespace fwsim
