// -j SNPT (IPv6): replaces the prefix of the source address, without connections (RFC 6296).
// --src-pfx is no condition: every packet is changed. ip6t_NPT.c
#include "model/extension.hh"
#include "model/targets/npt.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family) {
  return {Effect{.use = &use, .may_terminate = true, .writes = {Field::src}}};
}

constexpr Option options[] = {
    {.name = "src-pfx", .kind = &kinds::npt_prefix, .required = true, .help = "the prefix that goes"},
    {.name = "dst-pfx", .kind = &kinds::npt_prefix, .required = true, .help = "the prefix that comes"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_SNPT{.name = "SNPT",
                                   .is_target = true,
                                   .v4 = false,
                                   .options = options,
                                   .tables = tables,
                                   .hooks = hooks_of(Hook::input, Hook::postrouting),
                                   .help = "translate the source prefix",
                                   .finish = finish_npt,
                                   .act = act};

}  // namespace fwsim
