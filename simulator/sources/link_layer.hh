// From a frame to the IP packet in it. Knows what Linux hosts receive: Ethernet with VLAN tags, raw
// IP, BSD loopback, Linux cooked captures, PPP, PPPoE, Cisco HDLC, NFLOG, 802.11.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/hooks.hh"
#include "simulator/sources/source.hh"

namespace fwsim {

// What a frame held, and what the capture tells beyond it.
struct Stripped {
  enum class Kind : std::uint8_t {
    packet,      // IPv4 or IPv6
    not_ip,      // another protocol: iptables never sees it
    damaged,     // its headers cannot be read
    unsupported  // a link type or encapsulation that is not known here
  };
  Kind kind = Kind::damaged;
  std::string_view what;  // protocol, or why not; empty: `number` tells
  unsigned number = 0;    // ethertype or link type
  bool outgoing = false;  // sent or forwarded by the machine that captured it
  unsigned in_index = 0;  // indexes of devices: NFLOG, Linux cooked v2; 0 unknown
  unsigned out_index = 0;
  std::optional<Hook> hook;  // NFLOG: where it was logged
  std::string_view prefix;   // NFLOG; valid as long as the frame
};

// "ARP", "ethertype 0x1234", "link type 107 is not supported"
std::string to_text(const Stripped& stripped);

// Makes `packet` anew from the frame: bytes (of which memory is reused), family, link header, time,
// number, Field::mac_src and pkttype; with NFLOG also mark, uid and gid. It still has to be decoded.
// Ethernet: pkttype is known by the address only, so unicast counts as ours (0) unless the capture
// says that it was overheard. The packet is good only when the kind is `packet`.
Stripped strip_link_layer(const Frame& frame, Packet& packet);

// Counts what was not simulated, by what it was.
class NotSimulated {
 public:
  void count(const Stripped& stripped);
  const std::map<std::string, std::uint64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace fwsim
