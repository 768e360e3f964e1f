// -j SYNPROXY: answers SYNs with cookies and opens the connection to the server only when the client
// proves to be there. ipt_SYNPROXY.c, nf_synproxy_core.c
#include "model/extension.hh"

namespace fwsim {
namespace {

// The kernel keeps 8 and 16 bits.
void finish(Use& use, CheckContext&) {
  if (use.has("wscale")) use.put("wscale", NumRange{use.number("wscale") & 0xff, use.number("wscale") & 0xff});
  if (use.has("mss")) use.put("mss", NumRange{use.number("mss") & 0xffff, use.number("mss") & 0xffff});
}

Actions act(const TargetUse& use, Family) { return {Effect{.use = &use, .may_terminate = true}}; }

constexpr Option options[] = {
    {.name = "sack-perm", .help = "offer selective acknowledgements"},
    {.name = "timestamp", .help = "offer timestamps"},
    {.name = "wscale", .kind = &kinds::number, .help = "window scale to offer"},
    {.name = "mss", .kind = &kinds::number, .help = "maximum segment size to offer"},
    {.name = "ecn", .help = "offer congestion notification"},
};
constexpr int protocols[] = {6};

}  // namespace

extern const Extension target_SYNPROXY{
    .name = "SYNPROXY",
    .is_target = true,
    .options = options,
    .protocols = protocols,
    .hooks = hooks_of(Hook::input, Hook::forward),
    .conntrack = true,
    .modelled = Modelled::partly,
    .note = "cookies in captures are those of another kernel: which ACK is accepted is unknown",
    .help = "SYN cookies for others",
    .finish = finish,
    .act = act};

}  // namespace fwsim
