#include "model/matches/ct_state.hh"

#include <utility>
#include <vector>

namespace fwsim {
namespace {

constexpr std::uint64_t plain = 0x1f, snat = 0x20, dnat = 0x40, invalid = 0x01;
constexpr std::uint64_t status_src_nat = 0x10, status_dst_nat = 0x20;  // IPS_SRC_NAT, IPS_DST_NAT

}  // namespace

Pred ct_state_test(std::uint64_t bits, bool inverted) {
  // Without the status bits the other states are just the rest of a small set.
  if (inverted && (bits & ~plain) == 0) return ct_state_test(~bits & plain, false);
  std::vector<Pred> parts;
  std::vector<Range> states;
  for (unsigned state = 0; state < 5; ++state)
    if ((bits >> state) & 1) states.push_back({state, state});
  if (!states.empty()) parts.push_back(in(Field::ct_state, std::move(states)));
  if (bits & invalid) parts.push_back(negation(present(Field::ct_state)));
  if (bits & snat) parts.push_back(masked(Field::ct_status, status_src_nat, status_src_nat));
  if (bits & dnat) parts.push_back(masked(Field::ct_status, status_dst_nat, status_dst_nat));
  Pred test = any(std::move(parts));
  return inverted ? negation(std::move(test)) : test;
}

}  // namespace fwsim
