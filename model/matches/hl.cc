// -m hl (IPv6): the hop limit as it stands at this hook, so one less from FORWARD on. xt_hl.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family family) {
  const std::uint64_t lt = use.number("hl-lt"), gt = use.number("hl-gt");
  if (use.has("hl-lt")) return {lt == 0 ? never() : in(Field::ttl, Range{0, lt - 1}), never()};
  if (use.has("hl-gt")) return {gt == 255 ? never() : in(Field::ttl, Range{gt + 1, 255}), never()};
  return {options_as_fields(use, family), never()};
}

constexpr Option options[] = {
    {.name = "hl-eq", .kind = &kinds::number, .alias = "hl", .invertible = true, .field = Field::ttl, .max = 255,
     .help = "hop limit is N"},
    {.name = "hl-lt", .kind = &kinds::number, .max = 255, .help = "hop limit is below N"},
    {.name = "hl-gt", .kind = &kinds::number, .max = 255, .help = "hop limit is above N"},
};

}  // namespace

extern const Extension match_hl{.name = "hl", .v4 = false, .options = options, .groups = "hl-eq|hl-lt|hl-gt", .none_given = "HL match: You must specify one of `--hl-eq', `--hl-lt', `--hl-gt'",
                                .help = "hop limit", .match = meaning};

}  // namespace fwsim
