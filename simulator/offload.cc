// As tcp_gso_segment() and __udp_gso_segment() do it.
#include "simulator/offload.hh"

#include <algorithm>
#include <utility>

#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6, udp = 17, sctp = 132, fin = 0x01, psh = 0x08, cwr = 0x80;

// Bytes of the transport header; 0 when it is none that can be repeated.
std::size_t header_size(const Packet& packet) {
  const Bytes l4 = packet.transport();
  if (packet.protocol == udp) return l4.size() >= 8 ? 8 : 0;
  if (packet.protocol != tcp || l4.size() < 20) return 0;
  const std::size_t size = static_cast<std::size_t>(l4[12] >> 4) * 4;
  return size >= 20 && size <= l4.size() ? size : 0;
}

// `bare`: the packet without its bytes, which are many.
Packet cut(const Packet& bare, Bytes whole, std::size_t headers, std::size_t from, std::size_t size, unsigned number) {
  Packet part = bare;
  const std::size_t payload = whole.size() - headers;
  part.bytes.reserve(headers + size);
  const Bytes head = whole.first(headers), rest = whole.subspan(headers + from, size);
  part.bytes.assign(head.begin(), head.end());
  part.bytes.insert(part.bytes.end(), rest.begin(), rest.end());
  if (part.family == Family::v4) put16(part.bytes, 4, be16(whole, 4) + number);
  if (part.protocol == tcp) {
    put32(part.bytes, part.l4 + 4, be32(whole, part.l4 + 4) + from);
    std::uint8_t& flags = part.bytes[part.l4 + 13];
    if (from + size < payload) flags = static_cast<std::uint8_t>(flags & ~(fin | psh));
    if (from > 0) flags = static_cast<std::uint8_t>(flags & ~cwr);
  } else {
    put16(part.bytes, part.l4 + 4, part.bytes.size() - part.l4);
  }
  fix_header_checksum(part);   // its number is another
  set_length(part);
  fix_checksums(part, true);
  decode(part);
  return part;
}

std::uint16_t pseudo_sum(const Packet& packet) {
  const std::size_t size = address_bits(packet.family) / 8, at = packet.family == Family::v4 ? 12 : 8;
  const std::size_t length = packet.transport().size();
  const auto sum = static_cast<std::uint32_t>(packet.protocol + (length >> 16) + (length & 0xffff));
  return fold_sum(sum_words(packet.all().subspan(at, 2 * size), sum));
}

}  // namespace

std::vector<Packet> finish_offload(Packet packet, const Offload& offload) {
  std::vector<Packet> packets;
  const std::size_t headers = packet.l4 + header_size(packet);
  const bool long_one = offload.segment > 0 && headers > packet.l4 && packet.bytes.size() > headers + offload.segment;
  if (!long_one) {
    if (offload.checksum || offload.segment > 0) {
      fix_checksums(packet, true);
      decode(packet);
    }
    packets.push_back(std::move(packet));
    return packets;
  }
  const std::vector<std::uint8_t> whole = std::exchange(packet.bytes, {});
  const std::size_t payload = whole.size() - headers;
  packets.reserve((payload + offload.segment - 1) / offload.segment);
  unsigned number = 0;
  for (std::size_t at = 0; at < payload; at += offload.segment)
    packets.push_back(cut(packet, whole, headers, at, std::min<std::size_t>(offload.segment, payload - at), number++));
  return packets;
}

std::vector<Packet> cut_to(Packet packet, unsigned mtu) {
  const std::size_t headers = packet.l4 + header_size(packet);
  const bool fits = packet.bytes.size() <= mtu || packet.protocol != tcp || headers >= mtu;
  return finish_offload(std::move(packet), {.segment = fits ? 0 : static_cast<unsigned>(mtu - headers)});
}

void complete_checksum(Packet& packet) {
  const Bytes l4 = packet.transport();
  if (!packet.l4_known || packet.truncated || packet.fields.number(Field::frag_off) != 0) return;
  const bool partial = (packet.protocol == tcp && l4.size() >= 20 && be16(l4, 16) == pseudo_sum(packet)) ||
                       (packet.protocol == udp && l4.size() >= 8 && be16(l4, 6) == pseudo_sum(packet)) ||
                       (packet.protocol == sctp && l4.size() >= 12 && be32(l4, 8) == 0);
  if (partial && !transport_checksum_ok(packet)) fix_checksums(packet);
}

}  // namespace fwsim
