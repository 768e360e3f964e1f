// -m hbh (IPv6): the hop-by-hop options header. net/ipv6/netfilter/ip6t_hbh.c
//
// Field::hbh_len, for the decoder: bytes of the first such header (ipv6header.hh), (byte[1] + 1) * 8;
// absent when the packet ends before the header does.
#include "model/matches/header_options.hh"
#include "model/matches/ipv6header.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family family) {
  std::vector<Pred> parts{present(Field::hbh_len), options_as_fields(use, family)};
  if (use.has("hbh-opts")) parts.push_back(oracle(use));
  return {all(std::move(parts)), masked(Field::ipv6_bad_exts, ipv6_ext::hop_opts, ipv6_ext::hop_opts)};
}

constexpr Option options[] = {
    {.name = "hbh-len", .kind = &kinds::number, .invertible = true, .field = Field::hbh_len,
     .help = "bytes of the header"},
    {.name = "hbh-opts", .kind = &header_options_kind, .help = "it starts with exactly these options"},
};

}  // namespace

extern const Extension match_hbh{.name = "hbh", .v4 = false, .options = options,
                                 .help = "IPv6 hop-by-hop options header", .match = meaning};

}  // namespace fwsim
