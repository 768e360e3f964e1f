#include "simulator/sources/link_layer.hh"

#include <fmt/format.h>

#include "simulator/sources/link_parts.hh"

namespace fwsim {
namespace link {
namespace {

bool is_vlan_tag(unsigned ethertype) { return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100; }

}  // namespace

Stripped take_ip(Job& job, Family family, Bytes bytes) {
  job.packet.family = family;
  job.packet.bytes.assign(bytes.begin(), bytes.end());
  job.packet.missing = job.frame.original - job.frame.bytes.size();
  return end(job, Stripped::Kind::packet, family == Family::v4 ? "IPv4" : "IPv6");
}

Stripped take_raw(Job& job, Bytes bytes) {
  const unsigned version = byte_at(bytes, 0) >> 4;
  if (version == 4) return take_ip(job, Family::v4, bytes);
  if (version == 6) return take_ip(job, Family::v6, bytes);
  return bytes.empty() ? damaged(job, "an empty frame") : not_ip(job, "neither IPv4 nor IPv6");
}

Stripped take_ethertype(Job& job, unsigned ethertype, Bytes bytes) {
  LinkHeader& header = job.packet.link;
  while (is_vlan_tag(ethertype)) {
    if (bytes.size() < 4) return damaged(job, "a truncated VLAN tag");
    (header.tagged ? header.inner_vlan : header.vlan) = be16(bytes, 0);
    header.tagged = true;
    ethertype = be16(bytes, 2);
    bytes = bytes.subspan(4);
  }
  put_ethertype(header, ethertype);
  switch (ethertype) {
    case 0x0800: return take_ip(job, Family::v4, bytes);
    case 0x86dd: return take_ip(job, Family::v6, bytes);
    case 0x8864: return take_pppoe(job, bytes);
    default: break;
  }
  if (ethertype < 0x600) return take_llc(job, bytes, false);
  return end(job, Stripped::Kind::not_ip, ethertype_name(ethertype), ethertype);
}

Stripped take_llc(Job& job, Bytes bytes, bool takes_ip) {
  if (bytes.size() < 3) return damaged(job, "a truncated LLC header");
  if (bytes[0] != 0xaa || bytes[1] != 0xaa) {
    const std::string_view name = llc_name(bytes[0]);
    return not_ip(job, name.empty() ? "LLC" : name);
  }
  if (bytes.size() < 8) return damaged(job, "a truncated SNAP header");
  const unsigned organisation = be32(bytes, 2) & 0xffffff, type = be16(bytes, 6);
  const bool ethertype = organisation == 0 || organisation == 0xf8;
  if (ethertype && takes_ip) return take_ethertype(job, type, bytes.subspan(8));
  if (ethertype && (type == 0x0800 || type == 0x86dd))
    return not_ip(job, "IP in 802.3 SNAP, which Linux does not take");
  if (ethertype) return end(job, Stripped::Kind::not_ip, ethertype_name(type), type);
  if (organisation == 0x0c && type == 0x2000) return not_ip(job, "CDP");
  if (organisation == 0x0c && type == 0x010b) return not_ip(job, "STP");
  return not_ip(job, "SNAP");
}

void put_ethertype(LinkHeader& header, unsigned ethertype) {
  header.ethernet[12] = static_cast<std::uint8_t>(ethertype >> 8);
  header.ethernet[13] = static_cast<std::uint8_t>(ethertype);
}

void set_ethernet(Packet& packet, Bytes destination, Bytes source, unsigned ethertype) {
  LinkHeader& header = packet.link;
  std::copy_n(destination.begin(), 6, header.ethernet.begin());
  std::copy_n(source.begin(), 6, header.ethernet.begin() + 6);
  put_ethertype(header, ethertype);
  header.present = true;
  packet.fields.set(Field::mac_src, u128{be16(source, 0)} << 32 | be32(source, 2));
  const bool broadcast = be16(destination, 0) == 0xffff && be32(destination, 2) == 0xffffffff;
  packet.fields.set(Field::pkttype, broadcast ? 1U : (destination[0] & 1) != 0 ? 2U : 0U);
}

Stripped take_ethernet(Job& job, Bytes bytes) {
  if (bytes.size() < 14) return damaged(job, "a truncated Ethernet header");
  const unsigned ethertype = be16(bytes, 12);
  set_ethernet(job.packet, bytes.first(6), bytes.subspan(6, 6), ethertype);
  return take_ethertype(job, ethertype, bytes.subspan(14));
}

// BSD loopback: the address family as an integer of the capturing machine, whose number for IPv6
// differs from system to system.
Stripped take_null(Job& job, Bytes bytes) {
  if (bytes.size() < 4) return damaged(job, "a truncated loopback header");
  const std::uint32_t big = be32(bytes, 0), family = big < 0x10000 ? big : __builtin_bswap32(big);
  switch (family) {
    case 2: return take_ip(job, Family::v4, bytes.subspan(4));
    case 10:
    case 23:
    case 24:
    case 28:
    case 30: return take_ip(job, Family::v6, bytes.subspan(4));
    default: return not_ip(job, "loopback frame of another address family");
  }
}

namespace {

Stripped dispatch(Job& job) {
  const Bytes bytes = job.frame.bytes;
  switch (job.frame.link_type) {
    case 0:
    case 108: return take_null(job, bytes);
    case 1: return take_ethernet(job, bytes);
    case 9:
    case 50: return take_serial(job, bytes);
    case 12:
    case 14:
    case 101: return take_raw(job, bytes);
    case 51: return take_pppoe(job, bytes);
    case 104: return take_cisco_hdlc(job, bytes);
    case 105: return take_wireless(job, bytes);
    case 113: return take_cooked(job, bytes);
    case 127: return take_radiotap(job, bytes);
    case 166: return take_ppp(job, bytes.subspan(std::min<std::size_t>(bytes.size(), 2)));  // direction, control
    case 204: return take_ppp(job, bytes.subspan(std::min<std::size_t>(bytes.size(), 1)));  // direction
    case 228: return take_ip(job, Family::v4, bytes);
    case 229: return take_ip(job, Family::v6, bytes);
    case 239: return take_nflog(job, bytes);
    case 276: return take_cooked2(job, bytes);
    default: return end(job, Stripped::Kind::unsupported, {}, job.frame.link_type);
  }
}

}  // namespace
}  // namespace link

Stripped strip_link_layer(const Frame& frame, Packet& packet) {
  std::vector<std::uint8_t> bytes = std::move(packet.bytes);
  packet = Packet{};
  packet.bytes = std::move(bytes);
  packet.time = frame.time;
  packet.number = frame.number;
  packet.fields.set(Field::pkttype, 0);
  link::Job job{frame, packet, {}};
  job.result.outgoing = (frame.flags & 3) == 2;
  const Stripped result = link::dispatch(job);
  if ((frame.flags >> 2 & 7) == 4) packet.fields.set(Field::pkttype, 3);  // promiscuous mode only
  return result;
}

std::string to_text(const Stripped& stripped) {
  if (!stripped.what.empty()) return std::string(stripped.what);
  if (stripped.kind == Stripped::Kind::unsupported)
    return fmt::format("link type {} is not supported", stripped.number);
  return fmt::format("ethertype 0x{:04x}", stripped.number);
}

void NotSimulated::count(const Stripped& stripped) {
  if (stripped.kind == Stripped::Kind::packet) return;
  const auto found = counts_.find(stripped.what);
  if (!stripped.what.empty() && found != counts_.end())
    ++found->second;
  else
    ++counts_[to_text(stripped)];
}

}  // namespace fwsim
