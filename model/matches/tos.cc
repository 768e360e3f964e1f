// -m tos: bits of the TOS byte or traffic class. net/netfilter/xt_dscp.c, tos_mt().
#include "model/extension.hh"
#include "model/more_kinds.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "tos", .kind = &kinds::tos, .invertible = true, .field = Field::tos, .max = 255, .required = true,
     .help = "TOS & mask is value", .refused = "Symbolic name \"{}\" is unknown"},
};

}  // namespace

extern const Extension match_tos{.name = "tos", .options = options, .help = "type of service"};

}  // namespace fwsim
