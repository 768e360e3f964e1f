// -m mac: the sender's hardware address; false, also inverted, for packets of devices that have
// none. net/netfilter/xt_mac.c
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "mac-source", .kind = &kinds::mac, .invertible = true, .field = Field::mac_src, .required = true,
     .help = "source address of the Ethernet frame"},
};

}  // namespace

extern const Extension match_mac{.name = "mac", .options = options,
                                 .hooks = hooks_of(Hook::prerouting, Hook::input, Hook::forward),
                                 .help = "source MAC address"};

}  // namespace fwsim
