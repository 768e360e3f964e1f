// The states of -m state and -m conntrack --ctstate (struct nf_conn's ctinfo as xt_conntrack.c sees it).
#pragma once

#include <array>
#include <cstdint>

#include "model/pred.hh"
#include "model/value.hh"

namespace fwsim {

// Bit numbers of a state list, in the order of printing. The first five are values of
// Field::ct_state; SNAT and DNAT are bits of the connection's status.
inline constexpr std::array<NamedNumber, 7> ct_state_names{
    {{"INVALID", 0}, {"NEW", 1}, {"RELATED", 2}, {"ESTABLISHED", 3}, {"UNTRACKED", 4}, {"SNAT", 5}, {"DNAT", 6}}};

// The packet is in one of the states of `bits`; inverted: in none of them. A packet that
// conntrack has not seen counts as INVALID.
Pred ct_state_test(std::uint64_t bits, bool inverted);

}  // namespace fwsim
