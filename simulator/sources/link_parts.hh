// The link layers, one function each; all private to simulator/sources/link_*.cc. Each gets what is
// left of the frame and ends in take_ip(), in another layer, or in a Stripped without a packet.
#pragma once

#include "simulator/sources/link_layer.hh"

namespace fwsim::link {

// One frame on its way through the layers.
struct Job {
  const Frame& frame;
  Packet& packet;
  Stripped result;
};

inline Stripped end(Job& job, Stripped::Kind kind, std::string_view what, unsigned number = 0) {
  job.result.kind = kind;
  job.result.what = what;
  job.result.number = number;
  return job.result;
}
inline Stripped damaged(Job& job, std::string_view what) { return end(job, Stripped::Kind::damaged, what); }
inline Stripped not_ip(Job& job, std::string_view what) { return end(job, Stripped::Kind::not_ip, what); }

// The bytes are an IP packet, perhaps with padding, up to the end of the frame.
Stripped take_ip(Job& job, Family family, Bytes bytes);
// The same, of the family that its first half byte tells.
Stripped take_raw(Job& job, Bytes bytes);
// What an ethertype announces: IP, a VLAN tag, PPPoE, something else.
Stripped take_ethertype(Job& job, unsigned ethertype, Bytes bytes);
// LLC, that is 802.2, without (Ethernet) or with (802.11) the IP packets in SNAP that Linux takes.
Stripped take_llc(Job& job, Bytes bytes, bool takes_ip);

Stripped take_ethernet(Job& job, Bytes bytes);
Stripped take_null(Job& job, Bytes bytes);
Stripped take_cooked(Job& job, Bytes bytes);
Stripped take_cooked2(Job& job, Bytes bytes);
Stripped take_ppp(Job& job, Bytes bytes);  // from its protocol number, or address and control before it
Stripped take_serial(Job& job, Bytes bytes);
Stripped take_pppoe(Job& job, Bytes bytes);
Stripped take_cisco_hdlc(Job& job, Bytes bytes);
Stripped take_nflog(Job& job, Bytes bytes);
Stripped take_radiotap(Job& job, Bytes bytes);
Stripped take_wireless(Job& job, Bytes bytes);

// Fills the Ethernet header of the packet and the fields that follow from it.
void set_ethernet(Packet& packet, Bytes destination, Bytes source, unsigned ethertype);
void put_ethertype(LinkHeader& header, unsigned ethertype);

// Short names of protocols; empty when unknown.
std::string_view ethertype_name(unsigned ethertype);
std::string_view ppp_protocol_name(unsigned protocol);
std::string_view llc_name(unsigned dsap);

}  // namespace fwsim::link
