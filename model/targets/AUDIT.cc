// -j AUDIT: a record for auditd; the packet goes on to the next rule. xt_AUDIT.c
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

constexpr NamedNumber types[] = {{"accept", 0}, {"drop", 1}, {"reject", 2}};

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use}}; }

constexpr Option options[] = {
    {.name = "type",
     .kind = &kinds::choice,
     .names = types,
     .required = true,
     .help = "what the record says about the packet", .refused = "Bad action type value \"{}\""},
};

}  // namespace

extern const Extension target_AUDIT{
    .name = "AUDIT", .is_target = true, .options = options, .help = "write an audit record", .act = act};

}  // namespace fwsim
