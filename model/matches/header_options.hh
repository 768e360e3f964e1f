// Lists of options of the hop-by-hop and destination headers, "type[:length],...", as -m hbh and
// -m dst share them (net/ipv6/netfilter/ip6t_hbh.c). Kept as one NumRange each: low is the type,
// high the length, any_option_length when it does not count.
#pragma once

#include "model/extension.hh"

namespace fwsim {

inline constexpr std::uint64_t any_option_length = 255;

extern const ValueKind header_options_kind;

}  // namespace fwsim
