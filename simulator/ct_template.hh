// What -j CT of the raw table wants conntrack to do with the packet that follows: the kernel
// hangs a template connection on it (net/netfilter/xt_CT.c, IPS_TEMPLATE).
#pragma once

#include <cstdint>
#include <string>

namespace fwsim {

struct CtTemplate {
  // Directions whose tuple is kept in the zone (NF_CT_ZONE_DIR_*); the other one is in zone 0.
  enum class Zones : std::uint8_t { none, original, reply, both };

  Zones zones = Zones::none;
  bool zone_from_mark = false;  // the low 16 bits of the packet's mark when conntrack looks
  std::uint16_t zone = 0;
  std::string helper;   // "ftp"; empty: none
  std::string timeout;  // name of an nfct timeout policy; empty: the usual ones
  bool synproxy = false;  // not of -j CT: SYNPROXY's connection to a server
};

}  // namespace fwsim
