#include "simulator/own_segment.hh"

#include <algorithm>

#include "simulator/tcp_options.hh"

namespace fwsim {
namespace {

constexpr unsigned longest_wscale = 14;  // RFC 7323

void add_word(std::vector<std::uint8_t>& b, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) b.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

Packet make_segment(const OwnHeader& header, const OwnSegment& segment, const World& world) {
  Packet packet = start_packet(header, 20 + segment.options.size(), world);
  auto& b = packet.bytes;
  const std::size_t at = packet.l4;
  put16(b, at, segment.sport);
  put16(b, at + 2, segment.dport);
  put32(b, at + 4, segment.seq);
  put32(b, at + 8, segment.ack);
  b[at + 12] = static_cast<std::uint8_t>((5 + segment.options.size() / 4) << 4);
  b[at + 13] = segment.flags;
  put16(b, at + 14, segment.window);
  std::copy(segment.options.begin(), segment.options.end(), b.begin() + static_cast<std::ptrdiff_t>(at + 20));
  finish_packet(packet);
  return packet;
}

std::vector<std::uint8_t> offer_bytes(const TcpOffer& offer) {
  std::vector<std::uint8_t> b;
  if (offer.mss) add_word(b, 0x02040000U | *offer.mss);
  if (offer.timestamp) {
    add_word(b, offer.sack ? 0x0402080aU : 0x0101080aU);
    add_word(b, offer.ts_value);
    add_word(b, offer.ts_echo);
  } else if (offer.sack) {
    add_word(b, 0x01010402U);
  }
  if (offer.wscale) add_word(b, 0x01030300U | *offer.wscale);
  return b;
}

TcpOffer read_offer(Bytes tcp) {
  TcpOffer offer;
  const std::size_t end = std::min(tcp_header_size(tcp), tcp.size());
  for (std::size_t i = 20; i < end;) {
    const std::uint8_t kind = tcp[i];
    if (kind == tcp_eol) break;
    if (kind == tcp_nop) {
      ++i;
      continue;
    }
    const std::size_t size = byte_at(tcp, i + 1);
    if (i + 1 >= end || size < 2 || i + size > end) break;
    if (kind == tcp_mss_kind && size == 4) offer.mss = be16(tcp, i + 2);
    if (kind == tcp_wscale_kind && size == 3)
      offer.wscale = static_cast<std::uint8_t>(std::min<unsigned>(tcp[i + 2], longest_wscale));
    if (kind == tcp_sack_perm_kind && size == 2) offer.sack = true;
    if (kind == tcp_timestamp_kind && size == 10)
      offer.timestamp = true, offer.ts_value = be32(tcp, i + 2), offer.ts_echo = be32(tcp, i + 6);
    i += size;
  }
  return offer;
}

}  // namespace fwsim
