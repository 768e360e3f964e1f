// -j CHECKSUM: computes a checksum that was left to the device. Packets of fwsim are as they
// look on the wire, where nothing is left open, so there is nothing to do. xt_CHECKSUM.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse&, Family) { return {}; }

constexpr Option options[] = {
    {.name = "checksum-fill", .required = true, .help = "complete an offloaded transport checksum"},
};
constexpr TableId tables[] = {TableId::mangle};

}  // namespace

extern const Extension target_CHECKSUM{.name = "CHECKSUM",
                                       .is_target = true,
                                       .options = options,
                                       .tables = tables,
                                       .help = "fill in an offloaded checksum",
                                       .act = act};

}  // namespace fwsim
