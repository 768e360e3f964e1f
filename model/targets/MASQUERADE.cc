// -j MASQUERADE: SNAT to an address of the output device. xt_MASQUERADE.c, nf_nat_masquerade.c
#include "model/extension.hh"
#include "model/targets/nat_range.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family family) {
  Nat nat{.kind = Nat::Kind::masquerade, .random = use.has("random") || use.has("random-fully")};
  if (use.has("to-ports")) set_range(nat, nat_range(family, use.text("to-ports"), true));
  return {nat};
}

constexpr Option options[] = {
    {.name = "to-ports", .kind = &kinds::nat_ports, .help = "new source ports"},
    {.name = "random", .help = "choose the port at random"},
    {.name = "random-fully", .help = "the same in today's kernels"},
};
constexpr TableId tables[] = {TableId::nat};

}  // namespace

extern const Extension target_MASQUERADE{.name = "MASQUERADE",
                                         .is_target = true,
                                         .options = options,
                                         .tables = tables,
                                         .hooks = hooks_of(Hook::postrouting),
                                         .conntrack = true,
                                         .help = "change the source to an own address",
                                         .act = act};

}  // namespace fwsim
