// PPP (RFC 1661, 1662), PPPoE sessions (RFC 2516) and Cisco HDLC. The packets come in by a ppp or
// serial device, which has no Ethernet header, also when the capture was taken below it.
#include "simulator/sources/link_parts.hh"

namespace fwsim::link {
namespace {

// No rule sees the frame below; but a bridge does that the frame may cross, so its bytes stay.
void forget_ethernet(Packet& packet) {
  packet.link.present = false;
  packet.fields.clear(Field::mac_src);
  packet.fields.set(Field::pkttype, 0);
}

}  // namespace

Stripped take_ppp(Job& job, Bytes bytes) {
  if (bytes.size() >= 2 && bytes[0] == 0xff && bytes[1] == 0x03) bytes = bytes.subspan(2);
  if (bytes.empty()) return damaged(job, "a truncated PPP header");
  const bool compressed = (bytes[0] & 1) != 0;  // one byte when the peers agreed so
  if (!compressed && bytes.size() < 2) return damaged(job, "a truncated PPP header");
  const unsigned protocol = compressed ? bytes[0] : be16(bytes, 0);
  bytes = bytes.subspan(compressed ? 1 : 2);
  if (protocol == 0x21) return take_ip(job, Family::v4, bytes);
  if (protocol == 0x57) return take_ip(job, Family::v6, bytes);
  const std::string_view name = ppp_protocol_name(protocol);
  return not_ip(job, name.empty() ? "PPP" : name);
}

// PPP_SERIAL may also carry Cisco's framing, recognised by its address.
Stripped take_serial(Job& job, Bytes bytes) {
  const bool cisco = bytes.size() >= 4 && (bytes[0] == 0x0f || bytes[0] == 0x8f) && bytes[1] == 0;
  return cisco ? take_cisco_hdlc(job, bytes) : take_ppp(job, bytes);
}

Stripped take_pppoe(Job& job, Bytes bytes) {
  if (bytes.size() < 6) return damaged(job, "a truncated PPPoE header");
  if (bytes[0] != 0x11) return damaged(job, "a PPPoE header of an unknown version");
  if (bytes[1] != 0) return not_ip(job, "PPPoE discovery");
  forget_ethernet(job.packet);
  return take_ppp(job, bytes.subspan(6));
}

Stripped take_cisco_hdlc(Job& job, Bytes bytes) {
  if (bytes.size() < 4) return damaged(job, "a truncated Cisco HDLC header");
  const unsigned protocol = be16(bytes, 2);
  if (protocol == 0x8035) return not_ip(job, "Cisco keepalive");
  return take_ethertype(job, protocol, bytes.subspan(4));
}

}  // namespace fwsim::link
