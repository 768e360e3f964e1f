// -m pkttype: to whom the frame was sent that carried the packet. net/netfilter/xt_pkttype.c
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

// PACKET_* of linux/if_packet.h; the other types cannot be asked for.
constexpr NamedNumber types[] = {{"unicast", 0}, {"broadcast", 1}, {"multicast", 2}, {"otherhost", 3},
                                 {"host", 0},    {"bcast", 1},     {"mcast", 2}};

constexpr Option options[] = {
    {.name = "pkt-type", .kind = &kinds::choice, .invertible = true, .field = Field::pkttype, .names = types,
     .required = true, .help = "unicast is a frame for this host, otherhost one for another", .refused = "Bad packet type '{}'"},
};

}  // namespace

extern const Extension match_pkttype{.name = "pkttype", .options = options, .help = "kind of link layer receiver"};

}  // namespace fwsim
