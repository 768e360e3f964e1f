// What a packet is looked up by in a set of each type (the *_kadt functions of
// net/netfilter/ipset, and ip_set_getport.c).
#include "simulator/set_live.hh"

namespace fwsim {
namespace {

u128 address_of(const Packet& packet, bool source) { return packet.fields.get(source ? Field::src : Field::dst); }

bool has_ports(unsigned protocol) { return protocol == 6 || protocol == 17 || protocol == 132 || protocol == 136; }

// Only a whole header has ports (get_port).
bool has_header(const Packet& packet, unsigned protocol) {
  const std::size_t size = protocol == 6 ? 20 : protocol == 132 ? 12 : 8;
  return packet.transport().size() + packet.missing >= size;
}

// Port and protocol; ICMP has type and code for a port, and what has neither port 0. Fragments have
// no port; of IPv4 those of other protocols match all the same.
bool read_port(const Packet& packet, bool source, SetElement& out) {
  if (!packet.fields.has(Field::proto)) return false;
  const auto protocol = static_cast<unsigned>(packet.fields.number(Field::proto));
  out.proto = static_cast<std::uint8_t>(protocol);
  const bool icmp = protocol == 1 || protocol == 58;
  if (has_ports(protocol) || icmp) {
    const Field field = icmp ? Field::icmp : source ? Field::sport : Field::dport;
    if (!has_header(packet, protocol)) return false;
    // ICMPv6 in an IPv4 packet, and ICMP in an IPv6 one, are read alike.
    if (icmp && !packet.fields.has(field) && packet.fields.number(Field::frag_off) == 0) {
      out.port = be16(packet.transport(), 0);
      return true;
    }
    if (!packet.fields.has(field)) return false;
    out.port = static_cast<std::uint16_t>(packet.fields.number(field));
    return true;
  }
  constexpr unsigned no_next_header = 59;   // the walk over the headers of IPv6 fails there (ipv6_skip_exthdr)
  return packet.family == Family::v4 || (protocol != no_next_header && packet.fields.number(Field::frag_off) == 0);
}

bool read_interface(const Packet& packet, bool source, SetElement& out) {
  out.second = packet.fields.get(source ? Field::in_if : Field::out_if);
  return out.second != 0;
}

std::optional<u128> mac_of(const Packet& packet, bool source) {
  if (!packet.link.present) return std::nullopt;
  u128 mac = 0;
  for (std::size_t i = 0; i < 6; ++i) mac = (mac << 8) | packet.link.ethernet[(source ? 6 : 0) + i];
  if (mac == 0) return std::nullopt;
  return mac;
}

bool read_second(const IpSet& set, const SetFlags& flags, const Packet& packet, SetElement& out) {
  const SetType& type = *set.type;
  for (unsigned part = 1; part < type.parts.size(); ++part) {
    const bool source = flags.source(part);
    switch (type.parts[part]) {
      case SetPart::ip:
      case SetPart::net:
        out.second = address_of(packet, source) & set.address_mask();
        out.second_length = static_cast<std::uint8_t>(address_bits(packet.family));
        break;
      case SetPart::port:
        if (!read_port(packet, source, out)) return false;
        break;
      case SetPart::iface:
        if (!read_interface(packet, source, out)) return false;
        break;
      case SetPart::mac: {
        const auto mac = mac_of(packet, source);
        if (!mac) return false;
        out.second = *mac;
        break;
      }
      case SetPart::mark: out.second = packet.fields.number(Field::mark) & set.markmask; break;
      case SetPart::set: return false;
    }
  }
  return true;
}

bool read_key(const IpSet& set, const SetFlags& flags, const Packet& packet, SetElement& out) {
  const SetType& type = *set.type;
  const bool source = flags.source(0);
  if (type.parts.front() == SetPart::port) {
    if (!read_port(packet, source, out) || (out.proto != 6 && out.proto != 17)) return false;
    out.proto = 0;
    return set.range.contains(out.port);
  }
  if (type.parts.front() == SetPart::mac) {
    const auto mac = mac_of(packet, source);
    out.first = mac.value_or(0);
    return mac.has_value();
  }
  out.first = address_of(packet, source);
  out.first_length = static_cast<std::uint8_t>(address_bits(packet.family));
  if (type.bitmap && !set.range.contains(out.first)) return false;
  out.first &= set.address_mask();
  // hash:ip and hash:ip,port do not know the address zero.
  if (type.bitmask && type.parts.front() == SetPart::ip && out.first == 0) return false;
  return read_second(set, flags, packet, out);
}

}  // namespace

SetKey key_of(const IpSet& set, const SetFlags& flags, const Packet& packet) {
  SetKey key;
  if (flags.count < set.type->dimension()) return key;
  if (set.type->families != SetType::Families::none && set.family != packet.family) return key;
  key.known = read_key(set, flags, packet, key.element);
  return key;
}

}  // namespace fwsim
