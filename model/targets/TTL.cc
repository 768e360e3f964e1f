// -j TTL (IPv4): sets, raises or lowers the TTL within 0..255. xt_HL.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family) {
  if (use.has("ttl-set")) return {Assign{.to = Field::ttl, .constant = use.number("ttl-set")}};
  return {Assign{.to = Field::ttl,
                 .keep = 0xff,
                 .add = static_cast<int>(use.number("ttl-inc")) - static_cast<int>(use.number("ttl-dec"))}};
}

constexpr Option options[] = {
    {.name = "ttl-set", .kind = &kinds::number, .max = 255, .help = "the new TTL"},
    {.name = "ttl-dec", .kind = &kinds::number, .min = 1, .max = 255, .help = "lower it by N, to 0 at least"},
    {.name = "ttl-inc", .kind = &kinds::number, .min = 1, .max = 255, .help = "raise it by N, to 255 at most"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_TTL{.name = "TTL",
                                  .is_target = true,
                                  .v6 = false,
                                  .options = options,
                                  .tables = tables,
                                  .groups = "ttl-set|ttl-dec|ttl-inc", .none_given = "TTL: You must specify an action",
                                  .help = "change the time to live",
                                  .act = act};

}  // namespace fwsim
