// The rewriting half of NAT: nf_nat_packet() and the protocols of net/netfilter/nf_nat_proto.c.
#include <optional>

#include "simulator/nat.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;

// The destination key of PPTP is the call id; the source key is not in the packet.
bool rewrite_gre(Packet& packet, Manip manip, const Tuple& target) {
  if (packet.transport().size() < 8) return false;
  if (manip == Manip::source) return true;
  const unsigned version = be16(packet.transport(), 0) & 7;
  if (version == 1) put16(packet.bytes, packet.l4 + 6, target.dport);
  return version <= 1;
}

bool rewrite_ports(Packet& packet, Manip manip, const Tuple& target) {
  switch (packet.protocol) {
    case icmp:
    case icmpv6: set_icmp_id(packet, target.sport); return true;
    case tcp:
    case udp:
    case udplite:
    case sctp:
      if (manip == Manip::source)
        set_field(packet, Field::sport, target.sport);
      else
        set_field(packet, Field::dport, target.dport);
      return true;
    case gre: return rewrite_gre(packet, manip, target);
    default: return true;
  }
}

}  // namespace

bool nat_applies(const Packet& packet, Manip manip) {
  const bool source = (manip == Manip::source) != packet.ct_reply;
  return (packet.ct->status & (source ? ct_src_nat : ct_dst_nat)) != 0;
}

bool apply_nat(Packet& packet, Hook hook) {
  const Manip manip = manip_of(hook);
  if (!nat_applies(packet, manip)) return true;
  // What a packet of this direction looks like once translated: the answer to the answers.
  const auto target = inverted(packet.ct->tuple(!packet.ct_reply));
  if (!target) return true;
  set_field(packet, manip == Manip::source ? Field::src : Field::dst, manip == Manip::source ? target->src : target->dst);
  return rewrite_ports(packet, manip, *target);
}

}  // namespace fwsim
