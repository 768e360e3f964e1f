// A connection that the kernel knew when a host was recorded, as conntrack -L and /proc/net/nf_conntrack list it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "model/types.hh"

namespace fwsim {

struct KnownConnection {
  // One direction. ICMP: sport is the id, dport type * 256 + code; GRE: the keys of PPTP.
  struct End {
    u128 src = 0, dst = 0;
    std::uint16_t sport = 0, dport = 0;
    std::uint16_t zone = 0;
    Counters counters;
    bool operator==(const End&) const = default;
  };

  Family family = Family::v4;
  std::uint8_t proto = 0;
  std::uint64_t timeout = 0;     // seconds left
  std::string state;             // of TCP and SCTP: "ESTABLISHED"; else empty
  std::array<End, 2> ends;       // original, reply
  bool replied = true, assured = false;
  std::uint32_t mark = 0;
  std::string helper;
};

}  // namespace fwsim
