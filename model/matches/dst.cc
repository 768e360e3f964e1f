// -m dst (IPv6): the destination options header. net/ipv6/netfilter/ip6t_hbh.c
//
// Field::dst_len, for the decoder: bytes of the first such header (ipv6header.hh), (byte[1] + 1) * 8;
// absent when the packet ends before the header does.
#include "model/matches/header_options.hh"
#include "model/matches/ipv6header.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family family) {
  std::vector<Pred> parts{present(Field::dst_len), options_as_fields(use, family)};
  if (use.has("dst-opts")) parts.push_back(oracle(use));
  return {all(std::move(parts)), masked(Field::ipv6_bad_exts, ipv6_ext::dst_opts, ipv6_ext::dst_opts)};
}

constexpr Option options[] = {
    {.name = "dst-len", .kind = &kinds::number, .invertible = true, .field = Field::dst_len,
     .help = "bytes of the header"},
    {.name = "dst-opts", .kind = &header_options_kind, .help = "it starts with exactly these options"},
};

}  // namespace

extern const Extension match_dst{.name = "dst", .v4 = false, .options = options,
                                 .help = "IPv6 destination options header", .match = meaning};

}  // namespace fwsim
