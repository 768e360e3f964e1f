// -m realm (IPv4): the realms of the packet's route, the source's in the upper and the
// destination's in the lower half. net/netfilter/xt_realm.c
#include "model/extension.hh"
#include "model/matches/named_mark.hh"

namespace fwsim {
namespace {

constexpr NamedNumber names[] = {{"cosmos", 0}};  // of iproute2's file "rt_realms"

constexpr Option options[] = {
    {.name = "realm", .kind = &kinds::named_mark, .invertible = true, .field = Field::realm, .names = names,
     .required = true, .help = "realms & mask is value", .refused = "realm: could not map name {} to an integer value for option \"--realm\".\n"},
};

}  // namespace

extern const Extension match_realm{.name = "realm", .v6 = false, .options = options,
                                   .hooks = hooks_of(Hook::input, Hook::forward, Hook::output, Hook::postrouting),
                                   .help = "routing realm"};

}  // namespace fwsim
