// -m ipcomp: the CPI of the IP compression header. net/netfilter/xt_ipcomp.c. Without an option
// it asks for CPI 0, and iptables-save prints that; a range over all is not printed, so that the
// saved rule asks for 0 as well.
#include "model/matches/transport.hh"

namespace fwsim {
namespace {

void print(const Use& use, Family family, std::string& out) {
  for (const Given& given : use.given) {
    const auto* range = std::get_if<NumRange>(&given.value);
    const bool all = range && *range == NumRange{0, 0xffffffff};
    if (!all || given.inverted) print_given(use, given, family, out);
  }
}

Meaning meaning(const MatchUse& use, Family family) { return transport_meaning(use, family, 4); }

constexpr Option options[] = {
    {.name = "ipcompspi", .kind = &kinds::range, .invertible = true, .field = Field::ipcomp_cpi,
     .saved = Saved::always, .fallback = "0", .help = "CPI or range of CPIs"},
    {.name = "compres", .help = "taken and kept; the kernel does not look at it"},
};

constexpr int protocols[] = {108};

}  // namespace

// Field::ipcomp_cpi: bytes 2 and 3 of the transport header when the protocol is 108, the packet is
// no later fragment and they are there.
extern const Extension match_ipcomp{.name = "ipcomp", .options = options, .protocols = protocols,
                                    .help = "IP compression header", .print = print, .match = meaning};

}  // namespace fwsim
