// Linux cooked captures (tcpdump -i any): instead of the link header, what the kernel knew of the
// packet (LINKTYPE_LINUX_SLL and _SLL2). They keep the sender's address only.
#include "simulator/sources/link_parts.hh"

namespace fwsim::link {
namespace {

constexpr unsigned arphrd_ether = 1, arphrd_loopback = 772, arphrd_netlink = 824;
constexpr unsigned packet_otherhost = 3, packet_outgoing = 4;

struct Cooked {
  unsigned type;      // PACKET_*
  unsigned hardware;  // ARPHRD_*
  unsigned address_length;
  Bytes address;
  unsigned protocol;
};

Stripped take(Job& job, const Cooked& header, Bytes bytes) {
  if (header.hardware == arphrd_netlink) return not_ip(job, "netlink");
  const bool ethernet = header.hardware == arphrd_ether || header.hardware == arphrd_loopback;
  if (ethernet && header.address_length == 6) {
    constexpr std::array<std::uint8_t, 6> unknown{};
    set_ethernet(job.packet, unknown, header.address.first(6), header.protocol);
    // lo has addresses of zeros, but is no Ethernet device for -m mac.
    if (header.hardware == arphrd_loopback) job.packet.fields.clear(Field::mac_src);
  }
  job.result.outgoing = header.type == packet_outgoing;
  job.packet.fields.set(Field::pkttype, header.type <= packet_otherhost ? header.type : 0);
  if (header.protocol == 0x0001 || header.protocol == 0x0003) return not_ip(job, "802.3 frame");
  if (header.protocol == 0x0004) return take_llc(job, bytes, false);
  return take_ethertype(job, header.protocol, bytes);
}

}  // namespace

Stripped take_cooked(Job& job, Bytes bytes) {
  if (bytes.size() < 16) return damaged(job, "a truncated Linux cooked header");
  const Cooked header{be16(bytes, 0), be16(bytes, 2), be16(bytes, 4), bytes.subspan(6, 8), be16(bytes, 14)};
  return take(job, header, bytes.subspan(16));
}

Stripped take_cooked2(Job& job, Bytes bytes) {
  if (bytes.size() < 20) return damaged(job, "a truncated Linux cooked header");
  const Cooked header{bytes[10], be16(bytes, 8), bytes[11], bytes.subspan(12, 8), be16(bytes, 0)};
  (header.type == packet_outgoing ? job.result.out_index : job.result.in_index) = be32(bytes, 4);
  return take(job, header, bytes.subspan(20));
}

}  // namespace fwsim::link
