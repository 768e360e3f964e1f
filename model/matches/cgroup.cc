// -m cgroup: the control group of the process that owns the socket (net/netfilter/xt_cgroup.c).
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "path", .kind = &kinds::quoted, .invertible = true, .max = 4095, .help = "control group, or one below it"},
    {.name = "cgroup", .kind = &kinds::number, .invertible = true, .help = "class of net_cls"},
};

}  // namespace

extern const Extension match_cgroup{
    .name = "cgroup", .options = options, .hooks = hooks_of(Hook::input, Hook::output, Hook::postrouting),
    .groups = "path|cgroup", .modelled = Modelled::partly, .note = "control groups are known only of described sockets",
    .help = "control group of the socket's owner", .match = meaning};

}  // namespace fwsim
