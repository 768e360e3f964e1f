// -j DNAT: gives the connection another destination address. xt_nat.c
#include "model/extension.hh"
#include "model/targets/nat_range.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family family) {
  Nat nat{.kind = Nat::Kind::dnat, .random = use.has("random"), .persistent = use.has("persistent")};
  set_range(nat, nat_range(family, use.text("to-destination")));
  return {nat};
}

constexpr Option options[] = {
    {.name = "to-destination",
     .kind = &kinds::nat_destination,
     .required = true,
     .help = "new destination addresses and ports"},
    {.name = "random", .help = "choose the port at random"},
    {.name = "persistent", .help = "the same address for all connections of a client"},
};
constexpr TableId tables[] = {TableId::nat};

}  // namespace

extern const Extension target_DNAT{.name = "DNAT",
                                   .is_target = true,
                                   .options = options,
                                   .tables = tables,
                                   .hooks = hooks_of(Hook::prerouting, Hook::output),
                                   .conntrack = true,
                                   .help = "change the destination",
                                   .act = act};

}  // namespace fwsim
