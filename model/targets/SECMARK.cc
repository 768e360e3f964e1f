// -j SECMARK: a security label for SELinux. Labels decide nothing in iptables, so the packet's
// way does not depend on it. (Without a security module the kernel refuses the rule.) xt_SECMARK.c
#include "model/extension.hh"

namespace fwsim {
namespace {

Actions act(const TargetUse&, Family) { return {}; }

constexpr Option options[] = {
    {.name = "selctx", .kind = &kinds::word, .min = 1, .max = 255, .required = true, .help = "security context"},
};
constexpr TableId tables[] = {TableId::mangle, TableId::security};

}  // namespace

extern const Extension target_SECMARK{.name = "SECMARK",
                                      .is_target = true,
                                      .options = options,
                                      .tables = tables,
                                      .help = "set the security label",
                                      .act = act};

}  // namespace fwsim
