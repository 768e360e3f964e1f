// -m cpu: the processor that handles the packet. net/netfilter/xt_cpu.c
#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr Option options[] = {
    {.name = "cpu", .kind = &kinds::number, .invertible = true, .field = Field::cpu, .required = true,
     .help = "number of the processor"},
};

}  // namespace

extern const Extension match_cpu{.name = "cpu", .options = options, .memory = Memory::elsewhere, .help = "processor that handles the packet"};

}  // namespace fwsim
