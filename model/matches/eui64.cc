// -m eui64 (IPv6): the interface identifier of the source address is made from the source MAC
// address (RFC 4291, appendix A). net/ipv6/netfilter/ip6t_eui64.c. Two fields are compared with each
// other, so it is a test of the packet: simulator/oracles/eui64.cc.
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family) { return {all({present(Field::mac_src), oracle(use)}), never()}; }

}  // namespace

extern const Extension match_eui64{.name = "eui64", .v4 = false,
                                   .hooks = hooks_of(Hook::prerouting, Hook::input, Hook::forward),
                                   .help = "source address is made from the MAC address", .match = meaning};

}  // namespace fwsim
