#include "simulator/tcp_segment.hh"

#include <algorithm>

namespace fwsim {
namespace {

constexpr std::uint8_t opt_end = 0, opt_nop = 1, opt_scale = 3, opt_sack_permitted = 4, opt_sack = 5;
constexpr std::uint8_t greatest_scale = 14;  // RFC 7323, 2.3

// A partial or impossible option ends the reading; what was read before it counts.
void read_options(Bytes tcp, std::size_t header, TcpSegment& s) {
  bool sack_read = false;
  for (std::size_t at = 20; at < header;) {
    const std::uint8_t kind = byte_at(tcp, at);
    if (kind == opt_end) return;
    if (kind == opt_nop) {
      ++at;
      continue;
    }
    if (at + 1 >= header) return;
    const std::size_t size = byte_at(tcp, at + 1);
    if (size < 2 || at + size > header) return;
    if (kind == opt_sack_permitted && size == 2) s.sack_permitted = true;
    if (kind == opt_scale && size == 3) {
      s.has_scale = true;
      s.scale = std::min(byte_at(tcp, at + 2), greatest_scale);
    }
    if (kind == opt_sack && !sack_read && size >= 10 && (size - 2) % 8 == 0) {
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
  if (flags & tcp_rst) return TcpKind::rst;
  if (flags & tcp_syn) return (flags & tcp_ack) ? TcpKind::synack : TcpKind::syn;
  if (flags & tcp_fin) return TcpKind::fin;
  if (flags & tcp_ack) return TcpKind::ack;
  return TcpKind::none;
}

TcpSegment read_tcp_segment(const Packet& packet) {
  const Bytes tcp = packet.transport();
  TcpSegment s;
  s.seq = be32(tcp, 4);
  s.ack = s.sack = be32(tcp, 8);
  s.flags = byte_at(tcp, 13);
  s.kind = tcp_kind(s.flags);
  s.window = be16(tcp, 14);
  const std::size_t header = static_cast<std::size_t>(byte_at(tcp, 12) >> 4) * 4;
  const auto total = static_cast<std::size_t>(packet.fields.number(Field::l4_len));
  const std::size_t payload = total > header ? total - header : 0;
  s.end = s.seq + static_cast<std::uint32_t>(payload) + (s.has(tcp_syn) ? 1U : 0U) + (s.has(tcp_fin) ? 1U : 0U);
  s.has_options = header > 20;
  read_options(tcp, header, s);
  return s;
}

}  // namespace fwsim
