// -j SNAT: gives the connection another source address. xt_nat.c
#include "model/extension.hh"
#include "model/targets/nat_range.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family family) {
  Nat nat{.kind = Nat::Kind::snat,
          .random = use.has("random") || use.has("random-fully"),
          .persistent = use.has("persistent")};
  set_range(nat, nat_range(family, use.text("to-source")));
  return {nat};
}

constexpr Option options[] = {
    {.name = "to-source", .kind = &kinds::nat_source, .required = true, .help = "new source addresses and ports"},
    {.name = "random", .help = "choose the port at random"},
    {.name = "random-fully", .help = "the same in today's kernels"},
    {.name = "persistent", .help = "the same address for all connections of a client"},
};
constexpr TableId tables[] = {TableId::nat};

}  // namespace

extern const Extension target_SNAT{.name = "SNAT",
                                   .is_target = true,
                                   .options = options,
                                   .tables = tables,
                                   .hooks = hooks_of(Hook::input, Hook::postrouting),
                                   .conntrack = true,
                                   .help = "change the source",
                                   .act = act};

}  // namespace fwsim
