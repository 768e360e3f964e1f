#include "simulator/tcp_segment.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr std::uint8_t greatest_scale = 14;  // RFC 7323, 2.3

// A partial or impossible option ends the reading; what was read before it counts.
void read_options(Bytes tcp, std::size_t header, TcpSegment& s) {
  bool sack_read = false;
  for (std::size_t at = 20; at < header;) {
    const std::uint8_t kind = byte_at(tcp, at);
    if (kind == tcp_eol) return;
    if (kind == tcp_nop) {
      ++at;
      continue;
    }
    if (at + 1 >= header) return;
    const std::size_t size = byte_at(tcp, at + 1);
    if (size < 2 || at + size > header) return;
    if (kind == tcp_sack_perm_kind && size == 2) s.sack_permitted = true;
    if (kind == tcp_wscale_kind && size == 3) {
      s.has_scale = true;
      s.scale = std::min(byte_at(tcp, at + 2), greatest_scale);
    }
    if (kind == tcp_sack_kind && !sack_read && size >= 10 && (size - 2) % 8 == 0) {
      for (std::size_t edge = at + 2; edge + 8 <= at + size; edge += 8) {
        const std::uint32_t right = be32(tcp, edge + 4);
        if (seq_after(right, s.sack)) s.sack = right;
      }
      sack_read = true;
    }
    at += size;
  }
}

}  // namespace

TcpKind tcp_kind(std::uint8_t flags) {
  if (flags & tcp_flag::rst) return TcpKind::rst;
  if (flags & tcp_flag::syn) return (flags & tcp_flag::ack) ? TcpKind::synack : TcpKind::syn;
  if (flags & tcp_flag::fin) return TcpKind::fin;
  if (flags & tcp_flag::ack) return TcpKind::ack;
  return TcpKind::none;
}

TcpSegment read_tcp_segment(const Packet& packet) {
  return read_tcp_segment(packet.transport(), static_cast<std::size_t>(packet.fields.number(Field::l4_len)));
}

TcpSegment read_tcp_segment(Bytes tcp, std::size_t length) {
  TcpSegment s;
  s.seq = be32(tcp, 4);
  s.ack = s.sack = be32(tcp, 8);
  s.flags = byte_at(tcp, 13);
  s.kind = tcp_kind(s.flags);
  s.window = be16(tcp, 14);
  const std::size_t header = static_cast<std::size_t>(byte_at(tcp, 12) >> 4) * 4;
  const std::size_t payload = length > header ? length - header : 0;
  s.end = s.seq + static_cast<std::uint32_t>(payload) + (s.has(tcp_flag::syn) ? 1U : 0U) +
          (s.has(tcp_flag::fin) ? 1U : 0U);
  s.has_options = header > 20;
  read_options(tcp, header, s);
  return s;
}

}  // namespace fwsim
