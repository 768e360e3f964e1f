// -m ttl (IPv4): the TTL as it stands at this hook, so one less from FORWARD on. xt_hl.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family) {
  const auto n = use.given.front().value;
  const std::uint64_t ttl = std::get<NumRange>(n).low;
  if (use.has("ttl-lt")) return {ttl == 0 ? never() : in(Field::ttl, Range{0, ttl - 1}), never()};
  if (use.has("ttl-gt")) return {in(Field::ttl, Range{ttl + 1, 256}), never()};
  return {options_as_fields(use, Family::v4), never()};
}

constexpr Option options[] = {
    {.name = "ttl-eq", .kind = &kinds::number, .alias = "ttl", .invertible = true, .field = Field::ttl, .max = 255,
     .help = "TTL is N"},
    {.name = "ttl-lt", .kind = &kinds::number, .max = 255, .help = "TTL is below N"},
    {.name = "ttl-gt", .kind = &kinds::number, .max = 255, .help = "TTL is above N"},
};

}  // namespace

extern const Extension match_ttl{
    .name = "ttl", .v6 = false, .options = options, .groups = "ttl-lt|ttl-gt|ttl-eq", .none_given = "TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt", .help = "time to live",
    .match = meaning};

}  // namespace fwsim
