// IPv4 fragments (net/ipv4/ip_fragment.c, net/ipv4/netfilter/nf_defrag_ipv4.c). A fragment that
// overlaps others without repeating them ends the datagram, since Linux 4.20.
#include <algorithm>
#include <utility>

#include "simulator/defrag.hh"

namespace fwsim {
namespace {

constexpr std::size_t longest = 65535;
constexpr unsigned dont_fragment = 0x4000, more_fragments = 0x2000, offset_mask = 0x1fff;

std::size_t header_length(const Packet& packet) { return static_cast<std::size_t>(packet.bytes[0] & 15) * 4; }

FragmentKey key_of(const Packet& packet, const FragmentUser& user) {
  return {.src = packet.fields.get(Field::src), .dst = packet.fields.get(Field::dst), .id = be16(packet.bytes, 4),
          .protocol = packet.bytes[9], .user = user};
}

// The payload, cut to whole units of 8 bytes when more must follow.
FragmentQueue::Part part_of(const Packet& packet) {
  const unsigned word = be16(packet.bytes, 6);
  const std::size_t header = header_length(packet);
  FragmentQueue::Part part{.offset = std::size_t{word & offset_mask} * 8, .length = packet.stated_length() - header};
  if ((word & more_fragments) != 0) part.length -= (part.offset + part.length) % 8;
  const auto begin = packet.bytes.begin() + static_cast<std::ptrdiff_t>(header);
  const std::size_t here = std::min(part.length, packet.bytes.size() - header);
  part.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(here));
  return part;
}

// ip_frag_reasm(): false when the fragments make no valid datagram.
bool put_together(const FragmentQueue& queue, Packet& packet, std::string& why) {
  auto whole = joined(queue, packet, longest, why);
  if (!whole) return false;
  put16(whole->bytes, 2, whole->reassembly->length);
  put16(whole->bytes, 6, whole->reassembly->kept_whole ? dont_fragment : 0);
  fix_header_checksum(*whole);
  packet = std::move(*whole);
  return decode(packet);
}

}  // namespace

Gathered FragmentQueues::gather_v4(Packet& packet, const FragmentUser& user, const std::string& device,
                                   const World& world, std::string& why) {
  if (!is_fragment(packet)) return Gathered::whole;
  const FragmentKey key = key_of(packet, user);
  FragmentQueue* const queue = find(key, world);
  if (!queue) {
    why = "the waiting fragments take all the memory they may";
    return Gathered::refused;
  }
  if (too_far(*queue, key, world)) {
    const std::uint32_t rid = queue->rid;
    forget(key);
    find(key, world)->rid = rid;
  }
  FragmentQueue& q = *find(key, world);
  const auto give_up = [&](const char* reason) {
    why = reason;
    forget(key);
    return Gathered::refused;
  };

  FragmentQueue::Part part = part_of(packet);
  const std::size_t offset = part.offset, size = part.length, before = q.memory;
  if (!note_end(q, offset + size, (be16(packet.bytes, 6) & more_fragments) != 0))
    return give_up("its end contradicts the other fragments: the datagram is given up");
  if (size == 0) return give_up("an empty fragment: the datagram is given up");
  switch (insert_part(q, std::move(part))) {
    case Inserted::duplicate: why = "a repeated fragment"; return Gathered::refused;
    case Inserted::overlap: return give_up("it overlaps another fragment: the datagram is given up");
    case Inserted::fine: break;
  }
  const std::size_t header = header_length(packet), length = header + size;
  if ((be16(packet.bytes, 6) & dont_fragment) != 0) q.largest_df = std::max(q.largest_df, length);
  const auto complete = note(key, q, packet, {.offset = offset, .memory = before, .head_length = header, .length = length,
                                              .ecn = packet.bytes[1] & 3U, .device = device});
  if (!complete) return Gathered::waiting;
  return put_together(*complete, packet, why) ? Gathered::whole : Gathered::refused;
}

}  // namespace fwsim
