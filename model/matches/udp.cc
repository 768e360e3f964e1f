// -m udp: ports of the UDP header. net/netfilter/xt_tcpudp.c, udp_mt()
#include "model/matches/any_range.hh"
#include "model/matches/transport.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family family) { return transport_meaning(use, family, 8); }

constexpr Option options[] = {
    {.name = "sport", .kind = &kinds::decimal_port_range, .alias = "source-port", .invertible = true,
     .field = Field::sport, .saved = Saved::unless_default, .fallback = "0:65535",
     .help = "source port or range"},
    {.name = "dport", .kind = &kinds::decimal_port_range, .alias = "destination-port", .invertible = true,
     .field = Field::dport, .saved = Saved::unless_default, .fallback = "0:65535",
     .help = "destination port or range"},
};

constexpr int protocols[] = {17};

}  // namespace

extern const Extension match_udp{.name = "udp", .options = options, .protocols = protocols, .help = "UDP header",
                                 .match = meaning};

}  // namespace fwsim
