// Captures of the NFLOG target (LINKTYPE_NFLOG, include/uapi/linux/netfilter/nfnetlink_log.h): the
// packet with what netfilter knew of it, as a list of type, length, value.
#include "simulator/sources/link_parts.hh"

namespace fwsim::link {
namespace {

enum Attribute : unsigned {
  packet_header = 1,
  mark = 2,
  in_device = 4,
  out_device = 5,
  hardware_address = 8,
  payload = 9,
  prefix = 10,
  user = 11,
  group = 14,
  hardware_type = 15,
  link_header = 16
};

constexpr unsigned af_inet = 2, af_inet6 = 10, arphrd_ether = 1;

struct Found {
  Bytes payload;
  bool any_payload = false;
  unsigned ethertype = 0;
  Bytes source;           // hardware address
  Bytes header;           // the link header, and whether it is Ethernet's
  unsigned hardware = 0;  // ARPHRD_*
};

void read_attribute(Job& job, unsigned type, Bytes value, Found& found) {
  switch (type) {
    case packet_header:
      found.ethertype = be16(value, 0);
      if (byte_at(value, 2) < hook_count) job.result.hook = static_cast<Hook>(byte_at(value, 2));
      break;
    case mark: job.packet.fields.set(Field::mark, be32(value, 0)); break;
    case in_device: job.result.in_index = be32(value, 0); break;
    case out_device: job.result.out_index = be32(value, 0); break;
    case hardware_address:
      if (value.size() >= 10 && be16(value, 0) == 6) found.source = value.subspan(4, 6);
      break;
    case hardware_type: found.hardware = be16(value, 0); break;
    case link_header: found.header = value; break;
    case prefix: {
      const std::string_view text(reinterpret_cast<const char*>(value.data()), value.size());
      job.result.prefix = text.substr(0, text.find('\0'));
      break;
    }
    case user: job.packet.fields.set(Field::uid, be32(value, 0)); break;
    case group: job.packet.fields.set(Field::gid, be32(value, 0)); break;
    case payload:
      found.payload = value;
      found.any_payload = true;
      break;
    default: break;
  }
}

void read_ethernet(Job& job, const Found& found) {
  constexpr std::array<std::uint8_t, 6> unknown{};
  if (found.hardware == arphrd_ether && found.header.size() == 14)
    set_ethernet(job.packet, found.header.first(6), found.header.subspan(6, 6), be16(found.header, 12));
  else if (!found.source.empty() && found.hardware <= arphrd_ether)
    set_ethernet(job.packet, unknown, found.source, found.ethertype);
}

// --nflog-size may have cut the packet: then its own length tells how much is missing.
void note_cut(Packet& packet) {
  const Bytes b = packet.all();
  const std::size_t total = packet.family == Family::v4 ? be16(b, 2) : std::size_t{40} + be16(b, 4);
  packet.missing = total > b.size() ? total - b.size() : 0;
}

}  // namespace

Stripped take_nflog(Job& job, Bytes bytes) {
  if (bytes.size() < 4) return damaged(job, "a truncated NFLOG header");
  const unsigned family = bytes[0];
  Found found;
  for (bytes = bytes.subspan(4); bytes.size() >= 4;) {
    const std::size_t swapped = static_cast<std::size_t>(bytes[0]) | static_cast<std::size_t>(bytes[1]) << 8;
    const std::size_t length = job.frame.big_endian ? be16(bytes, 0) : swapped;
    const unsigned type = job.frame.big_endian ? be16(bytes, 2) : bytes[2] | static_cast<unsigned>(bytes[3]) << 8;
    if (length < 4) return damaged(job, "an NFLOG attribute that is too short");
    read_attribute(job, type & 0x3fff, bytes.subspan(4, std::min(length, bytes.size()) - 4), found);
    bytes = bytes.subspan(std::min((length + 3) / 4 * 4, bytes.size()));
  }
  if (!found.any_payload) return not_ip(job, "NFLOG message without a packet");
  read_ethernet(job, found);
  job.result.outgoing = job.result.hook == Hook::output || job.result.hook == Hook::postrouting;
  const Stripped result = family == af_inet    ? take_ip(job, Family::v4, found.payload)
                          : family == af_inet6 ? take_ip(job, Family::v6, found.payload)
                                               : take_ethertype(job, found.ethertype, found.payload);
  if (result.kind == Stripped::Kind::packet) note_cut(job.packet);
  return result;
}

}  // namespace fwsim::link
