// What an address is for by its first bits alone (RFC 5771, RFC 4291).
#pragma once

#include "model/types.hh"

namespace fwsim {

inline constexpr u128 limited_broadcast = 0xffffffff;

inline bool is_multicast(Family family, u128 a) {
  return family == Family::v4 ? (a >> 28) == 0xe : (a >> 120) == 0xff;
}
inline bool is_link_local_v6(u128 a) { return (a >> 118) == 0x3fa; }  // fe80::/10
inline bool is_site_local_v6(u128 a) { return (a >> 118) == 0x3fb; }  // fec0::/10

}  // namespace fwsim
