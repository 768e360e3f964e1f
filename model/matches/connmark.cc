// -m connmark: the connection's mark; a packet without a connection never matches.
// net/netfilter/xt_connmark.c
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "mark", .kind = &kinds::masked, .invertible = true, .field = Field::ct_mark, .required = true,
     .help = "mark & mask is value"},
};

}  // namespace

extern const Extension match_connmark{.name = "connmark", .options = options, .conntrack = true,
                                      .help = "mark of the connection"};

}  // namespace fwsim
