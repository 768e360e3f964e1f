// The rewriting half of NAT: nf_nat_packet(), nf_nat_icmp_reply_translation().
#include <optional>

#include "simulator/nat.hh"
#include "simulator/quoted.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, icmpv6 = 58, udp = 17, gre = 47;

bool translated(const Packet& packet, Manip manip) {
  const bool source = (manip == Manip::source) != packet.ct_reply;
  return (packet.ct->status & (source ? ct_src_nat : ct_dst_nat)) != 0;
}

// What a packet of this direction looks like once translated: the answers to the answers.
std::optional<Tuple> target_of(const Packet& packet) {
  return inverted(packet.ct_reply ? packet.ct->original : packet.ct->reply);
}

// Difference of two words for a checksum that may lie in a quoted, shortened packet.
void adjust(std::vector<std::uint8_t>& bytes, std::size_t check, std::uint16_t from, std::uint16_t to) {
  if (check + 2 <= bytes.size()) put16(bytes, check, updated_checksum(be16(bytes, check), from, to));
}

// One word of the quoted packet, and the checksums that cover it.
void put_word(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint16_t value, std::initializer_list<std::size_t> checks) {
  if (at + 2 > bytes.size()) return;
  const std::uint16_t old = be16(bytes, at);
  put16(bytes, at, value);
  for (std::size_t check : checks)
    if (check != 0) adjust(bytes, check, old, value);
}

// Where the quoted transport header keeps its checksum, when it is all there; 0 otherwise.
std::size_t quoted_checksum(const Packet& packet, const Quoted& q) {
  const std::size_t left = packet.bytes.size() - q.l4;
  if (q.protocol == 6) return left >= 20 ? q.l4 + 16 : 0;
  if (q.protocol == udp && left >= 8) return be16(packet.bytes, q.l4 + 6) != 0 ? q.l4 + 6 : 0;
  return 0;
}

// PPTP's GRE (version 1) carries the key of its receiver only.
void put_call_id(std::vector<std::uint8_t>& bytes, std::size_t l4, Manip manip, const Tuple& t) {
  if (manip == Manip::destination && l4 + 8 <= bytes.size() && (be16(bytes, l4) & 7) == 1) put16(bytes, l4 + 6, t.dport);
}

void rewrite_quoted(Packet& packet, const Quoted& q, Manip manip, const Tuple& t) {
  const bool v4 = packet.family == Family::v4;
  const bool source = manip == Manip::source;
  const u128 address = source ? t.src : t.dst;
  const std::size_t size = address_bits(packet.family) / 8;
  const std::size_t at = q.at + (v4 ? (source ? 12U : 16U) : (source ? 8U : 24U));
  const std::size_t header_check = v4 ? q.at + 10 : 0;
  const std::size_t check = quoted_checksum(packet, q);
  for (std::size_t i = 0; i < size; i += 2)
    put_word(packet.bytes, at + i, static_cast<std::uint16_t>(address >> (8 * (size - 2 - i))), {header_check, check});
  if (q.protocol == (v4 ? icmp : icmpv6))
    put_word(packet.bytes, q.l4 + 4, t.sport, {q.l4 + 2});
  else if (q.protocol == gre)
    put_call_id(packet.bytes, q.l4, manip, t);
  else if (q.protocol == 6 || q.protocol == udp || q.protocol == 132 || q.protocol == 33 || q.protocol == 136)
    put_word(packet.bytes, q.l4 + (source ? 0U : 2U), source ? t.sport : t.dport, {check});
}

void rewrite_address(Packet& packet, Manip manip, const Tuple& t) {
  if (manip == Manip::source)
    set_field(packet, Field::src, t.src);
  else
    set_field(packet, Field::dst, t.dst);
}

}  // namespace

void apply_nat(Packet& packet, Hook hook) {
  const Manip manip = manip_of(hook);
  if (!translated(packet, manip)) return;
  const auto target = target_of(packet);
  if (!target) return;
  rewrite_address(packet, manip, *target);
  if (packet.protocol == (packet.family == Family::v4 ? icmp : icmpv6))
    set_icmp_id(packet, target->sport);
  else if (packet.protocol == gre)
    put_call_id(packet.bytes, packet.l4, manip, *target);
  else if (manip == Manip::source)
    set_field(packet, Field::sport, target->sport);
  else
    set_field(packet, Field::dport, target->dport);
}

bool apply_nat_to_error(Packet& packet, Hook hook) {
  const Manip manip = manip_of(hook);
  const auto quoted = read_quoted(packet);
  if (!quoted || (!packet.truncated && !transport_checksum_ok(packet))) return false;
  const auto type = packet.fields.number(Field::icmp) >> 8;
  if (type == (packet.family == Family::v4 ? 5U : 137U) && (packet.ct->status & (ct_src_nat | ct_dst_nat))) return false;
  if (!translated(packet, manip)) return true;
  const Tuple& other = packet.ct_reply ? packet.ct->original : packet.ct->reply;
  rewrite_quoted(packet, *quoted, manip == Manip::source ? Manip::destination : Manip::source, other);
  fix_checksums(packet);
  if (const auto target = inverted(other)) rewrite_address(packet, manip, *target);
  decode(packet);
  return true;
}

}  // namespace fwsim
