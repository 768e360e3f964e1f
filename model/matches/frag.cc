// -m frag (IPv6): the fragment header. net/ipv6/netfilter/ip6t_frag.c. The kernel does not look at
// --fraglen.
//
// Fields, for the decoder, all of the first fragment header (ipv6header.hh), present when its 8
// bytes are there: frag_id bytes 4..7; frag_more 1 when bit 0 of bytes 2..3 is set, else 0;
// frag_reserved byte 1 * 256 + (bytes 2..3 & 6). frag_off (bytes 2..3 / 8) is that of the first
// fragment header whose offset is not 0, also when what follows cannot be walked; else 0.
#include "model/extension.hh"
#include "model/matches/ipv6header.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family family) {
  std::vector<Pred> parts{present(Field::frag_id), options_as_fields(use, family)};
  if (use.has("fragres")) parts.push_back(is(Field::frag_reserved, 0));
  if (use.has("fragfirst")) parts.push_back(is(Field::frag_off, 0));
  if (use.has("fragmore")) parts.push_back(is(Field::frag_more, 1));
  if (use.has("fraglast")) parts.push_back(is(Field::frag_more, 0));
  return {all(std::move(parts)), masked(Field::ipv6_bad_exts, ipv6_ext::fragment, ipv6_ext::fragment)};
}

constexpr Option options[] = {
    {.name = "fragid", .kind = &kinds::range, .invertible = true, .field = Field::frag_id,
     .saved = Saved::unless_default, .fallback = "0:4294967295", .help = "identification or range"},
    {.name = "fraglen", .kind = &kinds::number, .invertible = true,
     .help = "taken and kept; the kernel does not look at it"},
    {.name = "fragres", .help = "the reserved bits are zero"},
    {.name = "fragfirst", .help = "the first fragment"},
    {.name = "fragmore", .excludes = "fraglast", .help = "more fragments follow"},
    {.name = "fraglast", .help = "the last fragment"},
};

}  // namespace

extern const Extension match_frag{.name = "frag", .v4 = false, .options = options,
                                  .note = "with connection tracking fragments are whole before any rule sees them",
                                  .help = "IPv6 fragment header", .match = meaning};

}  // namespace fwsim
