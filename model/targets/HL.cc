// -j HL (IPv6): sets, raises or lowers the hop limit within 0..255. xt_HL.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family) {
  if (use.has("hl-set")) return {Assign{.to = Field::ttl, .constant = use.number("hl-set")}};
  return {Assign{.to = Field::ttl,
                 .keep = 0xff,
                 .add = static_cast<int>(use.number("hl-inc")) - static_cast<int>(use.number("hl-dec"))}};
}

constexpr Option options[] = {
    {.name = "hl-set", .kind = &kinds::number, .max = 255, .help = "the new hop limit"},
    {.name = "hl-dec", .kind = &kinds::number, .min = 1, .max = 255, .help = "lower it by N, to 0 at least"},
    {.name = "hl-inc", .kind = &kinds::number, .min = 1, .max = 255, .help = "raise it by N, to 255 at most"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_HL{.name = "HL",
                                 .is_target = true,
                                 .v4 = false,
                                 .options = options,
                                 .tables = tables,
                                 .groups = "hl-set|hl-dec|hl-inc", .none_given = "HL: You must specify an action",
                                 .help = "change the hop limit",
                                 .act = act};

}  // namespace fwsim
