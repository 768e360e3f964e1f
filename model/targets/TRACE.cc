// -j TRACE: from here on, the kernel reports every rule that the packet matches. xt_TRACE.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use}}; }

constexpr TableId tables[] = {TableId::raw};

}  // namespace

extern const Extension target_TRACE{
    .name = "TRACE", .is_target = true, .tables = tables, .logs = true, .help = "report each rule the packet matches", .act = act};

}  // namespace fwsim
