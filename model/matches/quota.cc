// -m quota: true until so many bytes have passed the rule (net/netfilter/xt_quota.c). The saved
// rule always has the quota as it was given. For simulator/oracles/quota.cc:
//   quota   NumRange, bytes; its inversion is the match's
#include "model/extension.hh"

namespace fwsim {
namespace {

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

constexpr Option options[] = {
    {.name = "quota", .kind = &kinds::number, .invertible = true, .max = ~std::uint64_t{0}, .required = true,
     .help = "bytes until the rule stops matching"},
};

}  // namespace

extern const Extension match_quota{.name = "quota", .options = options, .memory = Memory::own, .help = "a number of bytes, once",
                                   .match = meaning};

}  // namespace fwsim
