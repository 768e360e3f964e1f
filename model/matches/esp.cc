// -m esp: the SPI of the ESP header. net/netfilter/xt_esp.c
#include "model/matches/transport.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family family) { return transport_meaning(use, family, 8); }

constexpr Option options[] = {
    {.name = "espspi", .kind = &kinds::range, .invertible = true, .field = Field::esp_spi,
     .saved = Saved::unless_default, .fallback = "0:4294967295", .help = "SPI or range of SPIs"},
};

constexpr int protocols[] = {50};

}  // namespace

// Field::esp_spi: the first four bytes of the transport header when the protocol is 50, the packet
// is no later fragment and they are there.
extern const Extension match_esp{.name = "esp", .options = options, .protocols = protocols, .help = "ESP header",
                                 .match = meaning};

}  // namespace fwsim
