#include "simulator/seqadj.hh"

#include "simulator/rewrite.hh"
#include "simulator/tcp_options.hh"

namespace fwsim {
namespace {

constexpr std::size_t header_size = 20;

bool after(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(b - a) < 0; }

std::uint32_t unmoved(const SeqAdjust& adjust, std::uint32_t seq) {
  const bool behind = after(seq - static_cast<std::uint32_t>(adjust.before), adjust.position);
  return seq - static_cast<std::uint32_t>(behind ? adjust.after : adjust.before);
}

// Writes a 32-bit number of the TCP header and updates the checksum by difference.
void put_number(Packet& packet, std::size_t at, std::uint32_t value) {
  const std::size_t check = packet.l4 + 16;
  patch16(packet.bytes, at, static_cast<std::uint16_t>(value >> 16), check);
  patch16(packet.bytes, at + 2, static_cast<std::uint16_t>(value), check);
}

// The blocks acknowledge what the other side sent.
bool adjust_sack(Packet& packet, const SeqAdjust& other) {
  const std::size_t end = packet.l4 + static_cast<std::size_t>(byte_at(packet.all(), packet.l4 + 12) >> 4) * 4;
  if (end > packet.bytes.size()) return false;
  for (std::size_t at = packet.l4 + header_size; at < end;) {
    const std::uint8_t kind = packet.bytes[at];
    if (kind == tcp_eol) return true;
    if (kind == tcp_nop) {
      ++at;
      continue;
    }
    if (at + 1 == end) return false;
    const std::size_t length = packet.bytes[at + 1];
    if (length < 2 || at + length > end) return false;
    if (kind == tcp_sack_kind && length >= 10 && (length - 2) % 8 == 0)
      for (std::size_t edge = at + 2; edge < at + length; edge += 4)
        put_number(packet, edge, unmoved(other, be32(packet.all(), edge)));
    at += length;
  }
  return true;
}

}  // namespace

void set_seq_adjust(CtEntry& entry, bool reply, std::uint32_t seq, std::int32_t off) {
  if (off == 0) return;
  entry.status |= ct_seq_adjust;
  SeqAdjust& way = entry.extend().seqadj[reply];
  // A retransmission of what was changed before changes nothing more.
  if (way.before != way.after && !after(seq, way.position)) return;
  way.position = seq;
  way.before = way.after;
  way.after += off;
}

std::int32_t seq_offset(const CtEntry& entry, bool reply, std::uint32_t seq) {
  const SeqAdjust& way = entry.ext().seqadj[reply];
  return after(seq, way.position) ? way.after : way.before;
}

// ICMP errors about a reply come here too: the kernel takes them for TCP headers, and spoils what is there.
bool adjust_seq(Packet& packet) {
  if (packet.bytes.size() < packet.l4 + header_size) return false;
  const std::uint32_t seq = be32(packet.all(), packet.l4 + 4);
  put_number(packet, packet.l4 + 4, seq + static_cast<std::uint32_t>(seq_offset(*packet.ct, packet.ct_reply, seq)));
  bool fine = true;
  if (packet.bytes[packet.l4 + 13] & tcp_flag::ack) {
    const SeqAdjust& other = packet.ct->ext().seqadj[!packet.ct_reply];
    put_number(packet, packet.l4 + 8, unmoved(other, be32(packet.all(), packet.l4 + 8)));
    fine = adjust_sack(packet, other);
  }
  decode(packet);
  return fine;
}

}  // namespace fwsim
