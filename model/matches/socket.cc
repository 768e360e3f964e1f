// -m socket: the packet belongs to a socket of this host (net/netfilter/xt_socket.c).
// For simulator/oracles/socket.cc: transparent, nowildcard and restore-skmark are flags.
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "transparent", .help = "only transparent sockets"},
    {.name = "nowildcard", .help = "also sockets bound to any address"},
    {.name = "restore-skmark", .help = "give the packet the socket's mark"},
};

}  // namespace

extern const Extension match_socket{
    .name = "socket", .options = options, .hooks = hooks_of(Hook::prerouting, Hook::input), .defrag = true,
    .modelled = Modelled::partly, .note = "which sockets are open is known only from a snapshot or a described host",
    .help = "an open socket takes the packet", .match = meaning};

}  // namespace fwsim
