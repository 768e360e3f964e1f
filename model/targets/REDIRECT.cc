// -j REDIRECT: DNAT to this host. xt_REDIRECT.c, nf_nat_redirect.c
#include "model/extension.hh"
#include "model/targets/nat_range.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family family) {
  Nat nat{.kind = Nat::Kind::redirect, .random = use.has("random")};
  if (use.has("to-ports")) set_range(nat, nat_range(family, use.text("to-ports"), true));
  return {nat};
}

constexpr Option options[] = {
    {.name = "to-ports", .kind = &kinds::nat_plain_ports, .help = "new destination ports"},
    {.name = "random", .help = "choose the port at random"},
};
constexpr TableId tables[] = {TableId::nat};

}  // namespace

extern const Extension target_REDIRECT{.name = "REDIRECT",
                                       .is_target = true,
                                       .options = options,
                                       .tables = tables,
                                       .hooks = hooks_of(Hook::prerouting, Hook::output),
                                       .conntrack = true,
                                       .help = "change the destination to this host",
                                       .act = act};

}  // namespace fwsim
