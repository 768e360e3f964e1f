// -m rpfilter: the route back to the sender leads out of the device by which the packet came
// (net/ipv4/netfilter/ipt_rpfilter.c, net/ipv6/netfilter/ip6t_rpfilter.c).
// For simulator/oracles/rpfilter.cc: all options are flags; invert is the match's inversion.
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "loose", .help = "any device will do"},
    {.name = "validmark", .help = "use the packet's mark to find the route"},
    {.name = "accept-local", .help = "also packets from an address of this host"},
    {.name = "invert", .help = "true when the test fails"},
};
constexpr TableId tables[] = {TableId::raw, TableId::mangle};

}  // namespace

extern const Extension match_rpfilter{.name = "rpfilter", .options = options, .tables = tables,
                                      .hooks = set_of(Hook::prerouting), .help = "reverse path test", .match = meaning};

}  // namespace fwsim
