// Checksums: RFC 1071 sums with the pseudo headers of RFC 768, 9293 and 8200, and SCTP's CRC.
// What counts as right follows the kernel (net/netfilter/utils.c, nf_checksum; the protocol files of
// net/netfilter/nf_conntrack_proto_*.c):
// - all bytes behind the IP header count, also those beyond the length in a UDP header;
// - the first fragment of several is summed as if it were whole, so it is nearly always wrong;
// - UDP-Lite's pseudo header has the protocol number of UDP, so that real senders are always wrong.
#include <arpa/inet.h>

#include <cstring>

#include "simulator/crc32c.hh"
#include "simulator/packet.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, icmpv6 = 58, sctp = 132, udplite = 136;

bool later_fragment(const Packet& packet) { return packet.fields.number(Field::frag_off) != 0; }

bool fragmented(const Packet& packet) {
  const bool more = packet.family == Family::v4 ? (byte_at(packet.bytes, 6) & 0x20) != 0
                                                : packet.fields.number(Field::frag_more) != 0;
  return more || later_fragment(packet);
}

// The addresses, the protocol and the length of everything behind the headers.
std::uint32_t pseudo_header(Family family, Bytes packet, std::size_t length, unsigned protocol) {
  const std::size_t size = address_bits(family) / 8;
  const std::size_t at = family == Family::v4 ? 12 : 8;
  const auto sum = static_cast<std::uint32_t>(protocol + (length >> 16) + (length & 0xffff));
  return packet.size() < at + 2 * size ? sum : sum_words(packet.subspan(at, 2 * size), sum);
}

std::uint32_t pseudo_header(const Packet& packet, unsigned protocol) {
  return pseudo_header(packet.family, packet.all(), packet.transport().size(), protocol);
}

bool whole_ok(const Packet& packet, std::uint32_t pseudo) {
  return fold_sum(sum_words(packet.transport(), pseudo)) == 0xffff;
}

bool udplite_ok(const Packet& packet) {
  const Bytes l4 = packet.transport();
  if (l4.size() < 8) return false;
  std::size_t coverage = be16(l4, 4);
  if (coverage == 0) coverage = l4.size();
  if (coverage < 8 || coverage > l4.size() || be16(l4, 6) == 0) return false;
  return fold_sum(sum_words(l4.first(coverage), pseudo_header(packet, udp))) == 0xffff;
}

std::uint32_t sctp_checksum(Bytes l4) {
  std::vector<std::uint8_t> copy(l4.begin(), l4.end());
  put32(copy, 8, 0);
  return __builtin_bswap32(crc32c(copy));
}

// Writes the checksum at `at` of the transport header that covers `covered` bytes of it.
void fix_sum(Packet& packet, std::size_t at, std::size_t covered, std::uint32_t pseudo, bool zero_means_none) {
  put16(packet.bytes, packet.l4 + at, 0);
  auto check = static_cast<std::uint16_t>(~fold_sum(sum_words(packet.transport().first(covered), pseudo)));
  if (check == 0 && zero_means_none) check = 0xffff;
  put16(packet.bytes, packet.l4 + at, check);
}

void fix_udplite(Packet& packet) {
  const Bytes l4 = packet.transport();
  const std::size_t stated = be16(l4, 4), coverage = stated == 0 ? l4.size() : stated;
  if (coverage >= 8 && coverage <= l4.size()) fix_sum(packet, 6, coverage, pseudo_header(packet, udplite), true);
}

void fix_transport(Packet& packet, bool fill_udp) {
  const std::size_t size = packet.transport().size();
  const bool v4 = packet.family == Family::v4;
  switch (packet.protocol) {
    case tcp:
      if (size >= 20) fix_sum(packet, 16, size, pseudo_header(packet, tcp), false);
      break;
    case udp:
      if (size >= 8 && (fill_udp || be16(packet.bytes, packet.l4 + 6) != 0))
        fix_sum(packet, 6, size, pseudo_header(packet, udp), true);
      break;
    case udplite:
      if (size >= 8) fix_udplite(packet);
      break;
    case icmp:
      if (v4 && size >= 4) fix_sum(packet, 2, size, 0, false);
      break;
    case icmpv6:
      if (!v4 && size >= 4) fix_sum(packet, 2, size, pseudo_header(packet, icmpv6), false);
      break;
    case sctp:
      if (size >= 12) put32(packet.bytes, packet.l4 + 8, sctp_checksum(packet.transport()));
      break;
    default: break;
  }
}

}  // namespace

std::uint32_t sum_words(Bytes bytes, std::uint32_t sum) {
  // Added in this machine's order of bytes, eight at a time: the sum's bytes are in that order, too (RFC 1071, 2 B).
  std::uint64_t low = 0, high = 0;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    low += word & 0xffffffff;
    high += word >> 32;
  }
  std::uint64_t raw = low + high;
  while (raw >> 16) raw = (raw & 0xffff) + (raw >> 16);
  std::uint64_t total = std::uint64_t{sum} + ntohs(static_cast<std::uint16_t>(raw));
  for (; i + 1 < bytes.size(); i += 2) total += static_cast<unsigned>(bytes[i]) << 8 | bytes[i + 1];
  if (i < bytes.size()) total += static_cast<unsigned>(bytes[i]) << 8;
  while (total >> 32) total = (total & 0xffffffff) + (total >> 32);
  return static_cast<std::uint32_t>(total);
}

std::uint16_t fold_sum(std::uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum + (sum >> 16));
}

void fix_header_checksum(Packet& packet) {
  const std::size_t header = static_cast<std::size_t>(byte_at(packet.bytes, 0) & 15) * 4;
  if (packet.family != Family::v4 || header < 20 || packet.bytes.size() < header) return;
  put16(packet.bytes, 10, 0);
  put16(packet.bytes, 10, static_cast<std::uint16_t>(~fold_sum(sum_words(packet.all().first(header)))));
}

void fix_checksums(Packet& packet, bool fill_udp) {
  fix_header_checksum(packet);
  if (packet.l4_known && !packet.truncated && !fragmented(packet)) fix_transport(packet, fill_udp);
}

bool transport_checksum_ok(Family family, unsigned protocol, Bytes packet, std::size_t l4) {
  const Bytes transport = packet.subspan(l4);
  if (protocol == udp && be16(transport, 6) == 0) return true;
  return fold_sum(sum_words(transport, pseudo_header(family, packet, transport.size(), protocol))) == 0xffff;
}

bool transport_checksum_ok(const Packet& packet) {
  if (!packet.l4_known || packet.truncated || later_fragment(packet)) return true;
  const Bytes l4 = packet.transport();
  const bool v4 = packet.family == Family::v4;
  switch (packet.protocol) {
    case tcp: return whole_ok(packet, pseudo_header(packet, tcp));
    case udp: return (l4.size() >= 8 && be16(l4, 6) == 0) || whole_ok(packet, pseudo_header(packet, udp));
    case udplite: return udplite_ok(packet);
    case icmp: return !v4 || whole_ok(packet, 0);
    case icmpv6: return v4 || whole_ok(packet, pseudo_header(packet, icmpv6));
    case sctp: return l4.size() >= 12 && be32(l4, 8) == sctp_checksum(l4);
    default: return true;
  }
}

}  // namespace fwsim
