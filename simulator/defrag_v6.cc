// IPv6 fragments before the hooks (net/ipv6/netfilter/nf_conntrack_reasm.c). What it cannot make
// sense of goes on as it is, and connection tracking calls it INVALID; an overlap ends the datagram
// (RFC 5722). Delivery to the host puts fragments together behind INPUT, out of the rules' sight.
#include <algorithm>
#include <optional>
#include <utility>

#include "simulator/address_scope.hh"
#include "simulator/defrag.hh"
#include "simulator/ipv6_walk.hh"

namespace fwsim {
namespace {

constexpr std::size_t fixed_header = 40, fragment_header = 8, longest_payload = 65535;
constexpr unsigned tcp = 6, udp = 17, icmpv6 = 58;

struct Place {
  std::size_t at = 0;         // of the fragment header
  std::size_t next_byte = 6;  // of the byte that announces it
};

std::size_t extension_length(Bytes b, unsigned kind, std::size_t at) {
  const std::size_t units = byte_at(b, at + 1);
  return kind == next_fragment ? fragment_header : kind == next_ah ? (units + 2) * 4 : (units + 1) * 8;
}

// find_prev_fhdr(): nothing when the packet has no fragment header to be found.
std::optional<Place> find_fragment_header(const Packet& packet) {
  const Bytes b = packet.all();
  const std::size_t end = packet.stated_length();
  Place place{.at = fixed_header};
  for (unsigned next = byte_at(b, 6); next != next_fragment;) {
    if (!is_ipv6_extension(next) || next == next_none || place.at + 2 > end) return std::nullopt;
    const std::size_t length = extension_length(b, next, place.at);
    place.next_byte = place.at;
    next = byte_at(b, place.at);
    place.at += length;
  }
  if (place.at > end) return std::nullopt;
  return place;
}

// A first fragment must have all headers up to that of the transport (RFC 8200 4.5).
bool lacks_headers(const Packet& packet, std::size_t at) {
  const Bytes b = packet.all();
  const std::size_t end = packet.stated_length();
  unsigned next = next_fragment;
  while (is_ipv6_extension(next)) {
    if (next == next_none || at + 2 > end) return false;
    if (next == next_fragment && (be16(b, at + 2) & 0xfff8) != 0) return false;
    const std::size_t length = extension_length(b, next, at);
    next = byte_at(b, at);
    at += length;
  }
  return at + (next == tcp ? 20U : next == udp || next == icmpv6 ? 8U : 1U) > end;
}

FragmentKey key_of(const Packet& packet, const Place& place, const FragmentUser& user, const std::string& device) {
  FragmentKey key{.family = Family::v6, .src = packet.fields.get(Field::src), .dst = packet.fields.get(Field::dst),
                  .id = be32(packet.bytes, place.at + 4), .user = user};
  if (is_multicast(Family::v6, key.dst) || is_link_local_v6(key.dst)) key.device = device;
  return key;
}

FragmentQueue::Part part_of(const Packet& packet, const Place& place) {
  const std::size_t from = place.at + fragment_header;
  FragmentQueue::Part part{.offset = std::size_t{be16(packet.bytes, place.at + 2)} & ~std::size_t{7},
                           .length = packet.stated_length() - from};
  if (from < packet.bytes.size())
    part.bytes.assign(packet.bytes.begin() + static_cast<std::ptrdiff_t>(from), packet.bytes.end());
  return part;
}

// nf_ct_frag6_reasm(): the fragment header goes, and what it announced moves up.
bool put_together(const FragmentQueue& queue, Packet& packet, std::string& why) {
  auto whole = joined(queue, packet, fixed_header + longest_payload, why);
  if (!whole) return false;
  const auto place = find_fragment_header(queue.head);
  whole->bytes[place->next_byte] = byte_at(queue.head.bytes, place->at);
  put16(whole->bytes, 4, whole->reassembly->length - fixed_header);
  packet = std::move(*whole);
  return decode(packet);
}

}  // namespace

Gathered FragmentQueues::gather_v6(Packet& packet, const FragmentUser& user, const std::string& device,
                                   const World& world, std::string& why) {
  if (packet.bytes.size() < fixed_header || be16(packet.bytes, 4) == 0) return Gathered::whole;
  const auto place = find_fragment_header(packet);
  if (!place || lacks_headers(packet, place->at)) return Gathered::whole;
  const auto refuse = [&](const char* reason) {
    why = reason;
    return Gathered::dropped;
  };
  if (place->at + fragment_header > packet.stated_length()) return refuse("its fragment header is cut short");
  const FragmentKey key = key_of(packet, *place, user, device);
  FragmentQueue* const q = find(key, world);
  if (!q) return refuse("the waiting fragments take all the memory they may");

  FragmentQueue::Part part = part_of(packet, *place);
  const std::size_t offset = part.offset, end = offset + part.length, before = q->memory;
  const bool more = (packet.bytes[place->at + 3] & 1) != 0;
  if (end > longest_payload) return refuse("it ends behind the longest possible datagram");
  if (more && end % 8 != 0) {
    forget(key);
    return Gathered::whole;
  }
  if (!note_end(*q, end, more)) return refuse("its end contradicts the other fragments");
  if (end == offset) return refuse("an empty fragment");
  switch (insert_part(*q, std::move(part))) {
    case Inserted::duplicate: why = "a repeated fragment"; return Gathered::refused;
    case Inserted::overlap: forget(key); return refuse("it overlaps another fragment: the datagram is given up");
    case Inserted::fine: break;
  }
  const auto complete = note(key, *q, packet,
                             {.offset = offset, .memory = before, .head_length = place->at,
                              .length = fixed_header + be16(packet.bytes, 4),
                              .ecn = static_cast<unsigned>(packet.fields.number(Field::tos) & 3), .device = device});
  if (!complete) return Gathered::waiting;
  return put_together(*complete, packet, why) ? Gathered::whole : Gathered::refused;
}

}  // namespace fwsim
