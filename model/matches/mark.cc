// -m mark: the packet's firewall mark. xt_mark.c
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "mark", .kind = &kinds::masked, .invertible = true, .field = Field::mark, .required = true,
     .help = "mark & mask is value"},
};

}  // namespace

extern const Extension match_mark{.name = "mark", .options = options, .help = "firewall mark"};

}  // namespace fwsim
