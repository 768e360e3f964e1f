// -m state: how the packet stands to its connection. net/netfilter/xt_state.c
#include "model/extension.hh"
#include "model/matches/ct_state.hh"

namespace fwsim {
namespace {

constexpr std::span<const NamedNumber> names(ct_state_names.data(), 5);

Meaning meaning(const MatchUse& use, Family) {
  return {ct_state_test(use.get<Bits>("state")->bits, use.inverted("state")), never()};
}

constexpr Option options[] = {
    {.name = "state", .kind = &kinds::named_set, .invertible = true, .field = Field::ct_state, .names = names,
     .required = true, .help = "the packet is in one of these states", .refused = "Bad state \"{}\""},
};

}  // namespace

extern const Extension match_state{.name = "state", .options = options, .conntrack = true,
                                   .help = "state of the connection", .match = meaning};

}  // namespace fwsim
