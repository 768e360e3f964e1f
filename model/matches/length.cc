// -m length: bytes of the IP packet, its header included. net/netfilter/xt_length.c
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "length", .kind = &kinds::range, .invertible = true, .field = Field::length, .max = 0xffff,
     .required = true, .help = "length or range"},
};

}  // namespace

extern const Extension match_length{.name = "length", .options = options, .help = "length of the packet"};

}  // namespace fwsim
