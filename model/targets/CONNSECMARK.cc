// -j CONNSECMARK: copies security labels between packet and connection. Labels decide nothing in
// iptables, so the packet's way does not depend on it. xt_CONNSECMARK.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse&, Family) { return {}; }

constexpr Option options[] = {
    {.name = "save", .help = "copy the packet's label to the connection"},
    {.name = "restore", .help = "copy the connection's label to the packet"},
};
constexpr TableId tables[] = {TableId::mangle, TableId::security};

}  // namespace

extern const Extension target_CONNSECMARK{.name = "CONNSECMARK",
                                          .is_target = true,
                                          .options = options,
                                          .tables = tables,
                                          .groups = "save|restore",
                                          .conntrack = true,
                                          .help = "save or restore the security label",
                                          .act = act};

}  // namespace fwsim
