// IPv6 extension headers: the walk of ip6tables' -p (net/ipv6/exthdrs_core.c, ipv6_find_hdr) and,
// with rules of its own, that of -m ipv6header. Each match about one header looks at the first of
// its kind (net/ipv6/netfilter/ip6t_*.c): so do the fields.
#include <utility>

#include "model/matches/ipv6header.hh"
#include "simulator/decode_parts.hh"

namespace fwsim {
namespace {

constexpr unsigned hop_opts = 0, routing = 43, fragment = 44, esp = 50, ah = 51, no_next = 59, dst_opts = 60;

// Those that the walk of -p passes; ESP and "no next header" end it like a transport protocol.
bool is_passed(unsigned next) {
  return next == hop_opts || next == routing || next == fragment || next == ah || next == dst_opts;
}

std::size_t header_length(Bytes b, std::size_t at, unsigned kind) {
  if (kind == fragment) return 8;
  const std::size_t units = byte_at(b, at + 1);
  return kind == ah ? (units + 2) * 4 : (units + 1) * 8;
}

void read_options_header(Packet& packet, std::size_t length, std::size_t at, Field field) {
  if (!packet.fields.has(field) && at + length <= packet.stated_length()) packet.fields.set(field, length);
}

void read_fragment(Packet& packet, std::size_t at) {
  const Bytes b = packet.all();
  if (packet.fields.has(Field::frag_id) || at + 8 > b.size()) return;
  packet.fields.set(Field::frag_id, be32(b, at + 4));
  packet.fields.set(Field::frag_more, b[at + 3] & 1U);
  packet.fields.set(Field::frag_reserved, (unsigned{b[at + 1]} << 8) | (b[at + 3] & 6U));
}

// Segment list entry `index` of a segment routing header, when the packet holds it.
void read_segment(Packet& packet, std::size_t at, std::size_t index, Field field) {
  const std::size_t entry = at + 8 + index * 16;
  if (entry + 16 <= packet.bytes.size()) packet.fields.set(field, address_at(Family::v6, packet.bytes, entry));
}

void read_segment_routing(Packet& packet, std::size_t at) {
  const Bytes b = packet.all();
  const std::size_t left = b[at + 3], first = b[at + 4];
  if (left > first) return;  // every -m srh fails
  FieldValues& f = packet.fields;
  f.set(Field::srh_next_hdr, b[at]);
  f.set(Field::srh_hdr_len, b[at + 1]);
  f.set(Field::srh_segs_left, left);
  f.set(Field::srh_last_entry, first);
  f.set(Field::srh_tag, static_cast<unsigned>(b[at + 6]) | static_cast<unsigned>(b[at + 7]) << 8);
  if (left != first) read_segment(packet, at, left + 1, Field::srh_psid);
  if (left != 0) read_segment(packet, at, left - 1, Field::srh_nsid);
  read_segment(packet, at, 0, Field::srh_lsid);
}

void read_routing(Packet& packet, std::size_t length, std::size_t at, bool first) {
  const Bytes b = packet.all();
  if (!first || at + 4 > b.size() || at + length > packet.stated_length()) return;
  packet.fields.set(Field::rt_type, b[at + 2]);
  packet.fields.set(Field::rt_segsleft, b[at + 3]);
  packet.fields.set(Field::rt_len, length);
  if (at + 8 > b.size()) return;
  packet.fields.set(Field::rt_reserved, be32(b, at + 4));
  if (b[at + 2] == 4) read_segment_routing(packet, at);
}

// The set that -m ipv6header compares; its walk is told in model/matches/ipv6header.hh.
void read_header_set(Packet& packet) {
  const Bytes b = packet.all();
  std::uint64_t set = 0;
  unsigned next = b[6];
  for (std::size_t at = 40; is_passed(next) || next == esp || next == no_next;) {
    if (next == no_next) {
      packet.fields.set(Field::ipv6_exts, set | ipv6_ext::none);
      return;
    }
    if (at + 2 > b.size()) return;
    if (next == esp) {
      packet.fields.set(Field::ipv6_exts, set | ipv6_ext::esp);
      return;
    }
    switch (next) {
      case hop_opts: set |= ipv6_ext::hop_opts; break;
      case routing: set |= ipv6_ext::routing; break;
      case fragment: set |= ipv6_ext::fragment; break;
      case ah: set |= ipv6_ext::ah; break;
      default: set |= ipv6_ext::dst_opts;
    }
    const std::size_t length = header_length(b, at, next);
    next = b[at];
    at += length;
    if (at > packet.stated_length()) break;
  }
  if (next != esp && next != no_next) set |= ipv6_ext::proto;
  packet.fields.set(Field::ipv6_exts, set);
}

void found(Packet& packet, unsigned protocol, std::size_t at) {
  packet.fields.set(Field::proto, protocol);
  packet.protocol = protocol;
  packet.l4 = at;
  packet.l4_known = true;
}

}  // namespace

void read_ah(Packet& packet, std::size_t at) {
  const Bytes b = packet.all();
  if (packet.fields.has(Field::ah_spi) || at + 12 > b.size()) return;
  packet.fields.set(Field::ah_spi, be32(b, at + 4));
  packet.fields.set(Field::ah_len, header_length(b, at, ah));
  packet.fields.set(Field::ah_reserved, be16(b, at + 2));
}

void read_extensions(Packet& packet) {
  read_header_set(packet);
  const Bytes b = packet.all();
  packet.fields.set(Field::frag_off, 0);
  packet.l4 = b.size();  // in case that the walk fails
  unsigned next = b[6];
  std::size_t at = 40;
  bool routing_seen = false;
  while (is_passed(next)) {
    if (at + (next == routing ? 4 : 2) > b.size()) return;
    const std::size_t length = header_length(b, at, next);
    if (next == hop_opts) read_options_header(packet, length, at, Field::hbh_len);
    if (next == dst_opts) read_options_header(packet, length, at, Field::dst_len);
    if (next == routing) read_routing(packet, length, at, !std::exchange(routing_seen, true));
    if (next == ah) read_ah(packet, at);
    if (next == fragment) {
      read_fragment(packet, at);
      if (at + 4 > b.size()) return;
      if (const unsigned offset = be16(b, at + 2) >> 3; offset != 0) {
        packet.fields.set(Field::frag_off, offset);
        // What is in a later fragment is known only when the header names no further extension.
        if (!is_passed(b[at])) found(packet, b[at], at + 8);
        return;
      }
    }
    next = b[at];
    at += length;
  }
  found(packet, next, at);
}

}  // namespace fwsim
