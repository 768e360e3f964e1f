// Packets from bytes: the IP header and the rules of the kernel's receive path about it
// (net/ipv4/ip_input.c, ip_rcv_core; net/ipv6/ip6_input.c, ip6_rcv_core; RFC 791, 8200).
#include "simulator/decode_parts.hh"
#include "simulator/ipv6_walk.hh"

namespace fwsim {
namespace {

std::uint64_t be64_from(const std::uint8_t* b) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = (value << 8) | b[i];
  return value;
}

std::string_view too_short(const Packet& packet, std::string_view otherwise) {
  return packet.missing != 0 ? "the capture cut the IP header" : otherwise;
}

// Drops what lies behind the packet; notes what the capture did not keep of it.
void trim(Packet& packet, std::size_t length) {
  if (packet.bytes.size() >= length) {
    packet.bytes.resize(length);
    packet.missing = 0;
  } else {
    packet.missing = length - packet.bytes.size();
  }
  packet.truncated = packet.missing != 0;
}

std::string_view read_v4(Packet& packet) {
  const Bytes b = packet.all();
  if (b.size() < 20) return too_short(packet, "shorter than an IPv4 header");
  if (b[0] >> 4 != 4) return "the IP version is not 4";
  const std::size_t header = static_cast<std::size_t>(b[0] & 15) * 4;
  if (header < 20) return "an IPv4 header length below 20 bytes";
  if (b.size() < header) return too_short(packet, "shorter than its IPv4 header");
  if (!packet.locally_sent && !packet.arrived && fold_sum(sum_words(b.first(header))) != 0xffff)
    return be16(b, 10) != 0 ? "wrong IPv4 header checksum"
                            : "no IPv4 header checksum: captured before the card filled it in?";
  const std::size_t total = be16(b, 2);
  if (total > packet.stated_length()) return "shorter than its total length";
  if (total < header) return "a total length below the header length";
  trim(packet, total);

  FieldValues& f = packet.fields;
  f.set(Field::src, be32(b, 12));
  f.set(Field::dst, be32(b, 16));
  f.set(Field::proto, b[9]);
  f.set(Field::frag_off, be16(b, 6) & 0x1fff);
  f.set(Field::length, total);
  f.set(Field::tos, b[1]);
  f.set(Field::ttl, b[8]);
  f.set(Field::l4_len, total - header);
  packet.l4 = header;
  packet.l4_known = true;
  packet.protocol = b[9];
  return {};
}

// The length that an IPv6 header states. Without a payload length but with hop-by-hop options it is
// the jumbo option's, or simply what there is.
std::string_view trim_v6(Packet& packet) {
  const std::size_t payload = be16(packet.bytes, 4);
  const bool options = packet.bytes[6] == 0;
  if (payload != 0 || !options) {
    if (40 + payload > packet.stated_length()) return "shorter than its payload length";
    trim(packet, 40 + payload);
  } else {
    trim(packet, packet.stated_length());
  }
  if (!options || packet.locally_sent) return {};
  const HopByHop hop = check_hop_by_hop(packet);
  if (hop.fault.empty() && hop.jumbo_payload != 0) trim(packet, 40 + hop.jumbo_payload);
  return hop.fault;
}

std::string_view read_v6(Packet& packet) {
  if (packet.bytes.size() < 40) return too_short(packet, "shorter than an IPv6 header");
  if (packet.bytes[0] >> 4 != 6) return "the IP version is not 6";
  if (const std::string_view fault = trim_v6(packet); !fault.empty()) return fault;

  const Bytes b = packet.all();
  FieldValues& f = packet.fields;
  f.set(Field::src, address_at(Family::v6, b, 8));
  f.set(Field::dst, address_at(Family::v6, b, 24));
  f.set(Field::length, packet.stated_length());
  f.set(Field::tos, (be16(b, 0) >> 4) & 0xff);
  f.set(Field::ttl, b[7]);
  read_extensions(packet);
  f.set(Field::ipv6_bad_exts, bad_ipv6_headers(packet));
  const std::size_t end = packet.stated_length();
  f.set(Field::l4_len, packet.l4_known && packet.l4 < end ? end - packet.l4 : 0);
  return {};
}

}  // namespace

bool decode(Packet& packet) {
  packet.fields.clear(Field::src, Field::dst);
  packet.fields.clear(Field::srh_psid, Field::srh_tag);
  packet.l4 = 0;
  packet.l4_known = false;
  packet.protocol = no_protocol;
  packet.truncated = packet.missing != 0;
  packet.fault = packet.family == Family::v4 ? read_v4(packet) : read_v6(packet);
  if (!packet.fault.empty()) return false;
  if (packet.l4_known && packet.fields.number(Field::frag_off) == 0) read_transport(packet);
  return true;
}

std::string_view arrival_fault(const Packet& packet, bool on_loopback) {
  if (packet.family == Family::v4) return {};
  const u128 src = packet.fields.get(Field::src), dst = packet.fields.get(Field::dst);
  const bool to_group = dst >> 120 == 0xff;
  const auto scope = static_cast<unsigned>(dst >> 112) & 15;
  if (!on_loopback && (src == 1 || dst == 1)) return "the loopback address ::1 from outside";
  if (!on_loopback && to_group && scope == 1) return "an interface-local multicast address from outside";
  if (to_group && scope == 0) return "a multicast address of the reserved scope 0";
  if (src >> 120 == 0xff) return "a multicast source address";
  return {};
}

u128 address_at(Family family, Bytes b, std::size_t at) {
  if (family == Family::v4) return be32(b, at);
  if (at + 16 <= b.size()) return make_u128(be64_from(b.data() + at), be64_from(b.data() + at + 8));
  u128 address = 0;
  for (std::size_t i = 0; i < 16; ++i) address = (address << 8) | byte_at(b, at + i);
  return address;
}

void put_address(Family family, std::vector<std::uint8_t>& b, std::size_t at, u128 address) {
  const std::size_t size = address_bits(family) / 8;
  for (std::size_t i = 0; i < size; ++i) b[at + i] = static_cast<std::uint8_t>(address >> (8 * (size - 1 - i)));
}

}  // namespace fwsim
