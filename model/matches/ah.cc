// -m ah: the IPsec authentication header. net/ipv4/netfilter/ipt_ah.c looks at the transport header
// of a rule with -p ah; net/ipv6/netfilter/ip6t_ah.c looks for the extension header itself.
//
// Fields, for the decoder. IPv4: ah_spi is bytes 4..7 of the transport header when the protocol is
// 51, the packet is no later fragment and they are there. IPv6: of the first authentication header
// (ipv6header.hh) when 12 bytes of it are there: ah_spi bytes 4..7, ah_len (byte[1] + 2) * 4,
// ah_reserved bytes 2 and 3.
#include "model/matches/ipv6header.hh"
#include "model/matches/transport.hh"

namespace fwsim {
namespace {

Meaning meaning_v4(const MatchUse& use, Family family) { return transport_meaning(use, family, 12); }

Meaning meaning_v6(const MatchUse& use, Family) {
  std::vector<Pred> parts{present(Field::ah_spi)};
  if (const Given* spi = use.find("ahspi")) parts.push_back(value_in_field(Field::ah_spi, spi->value, spi->inverted));
  // A length of 0 asks for nothing, also when negated.
  if (const Given* length = use.find("ahlen"); length && use.number("ahlen") != 0)
    parts.push_back(value_in_field(Field::ah_len, length->value, length->inverted));
  if (use.has("ahres")) parts.push_back(is(Field::ah_reserved, 0));
  return {all(std::move(parts)), masked(Field::ipv6_bad_exts, ipv6_ext::ah, ipv6_ext::ah)};
}

constexpr Option v4_options[] = {
    {.name = "ahspi", .kind = &kinds::range, .invertible = true, .field = Field::ah_spi,
     .saved = Saved::unless_default, .fallback = "0:4294967295", .help = "SPI or range of SPIs"},
};
constexpr Option v6_options[] = {
    {.name = "ahspi", .kind = &kinds::range, .invertible = true, .field = Field::ah_spi,
     .saved = Saved::unless_default, .fallback = "0:4294967295", .help = "SPI or range of SPIs"},
    {.name = "ahlen", .kind = &kinds::number, .invertible = true, .field = Field::ah_len,
     .saved = Saved::unless_default, .fallback = "0", .help = "bytes of the header"},
    {.name = "ahres", .help = "the reserved bytes are zero"},
};

constexpr int protocols[] = {51};

}  // namespace

extern const Extension match_ah{.name = "ah", .v6 = false, .options = v4_options, .protocols = protocols,
                                .help = "IPsec authentication header", .match = meaning_v4};
extern const Extension match_ah6{.name = "ah", .v4 = false, .options = v6_options,
                                 .help = "IPsec authentication header", .match = meaning_v6};

}  // namespace fwsim
