// -j NOTRACK: the old name of -j CT --notrack. xt_CT.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use, .ct_state = 4, .writes = {Field::ct_state}}}; }

constexpr TableId tables[] = {TableId::raw};

}  // namespace

extern const Extension target_NOTRACK{
    .name = "NOTRACK", .is_target = true, .tables = tables, .help = "do not track this packet", .act = act};

}  // namespace fwsim
