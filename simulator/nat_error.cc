// ICMP errors about translated connections: the quoted packet is translated back, then the outer
// addresses (nf_nat_icmp_reply_translation and its IPv6 twin).
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <vector>

#include "simulator/crc32c.hh"
#include "simulator/nat.hh"
#include "simulator/quoted.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;

bool is_icmp_query_or_answer(unsigned type) { return type == 0 || type == 8 || (type >= 13 && type <= 18); }

// Rewrites a quoted packet. Its checksums follow by difference where they are quoted at all.
class QuotedRewrite {
 public:
  QuotedRewrite(Packet& packet, const Quoted& quoted, bool source, const Tuple& tuple)
      : b_(packet.bytes), q_(quoted), v4_(packet.family == Family::v4), source_(source), t_(tuple),
        left_(packet.bytes.size() - quoted.l4) {}

  // False: the kernel finds too little of the packet to rewrite it.
  bool run() {
    if (left_ < least()) return false;
    const std::size_t check = checksum_at();
    put_address(check);
    if (!put_ports(check)) return false;
    if ((q_.protocol == udp || q_.protocol == udplite) && check != 0 && be16(b_, check) == 0) put16(b_, check, 0xffff);
    if (q_.protocol == sctp && left_ >= 12) refresh_crc();
    return true;
  }

 private:
  std::size_t least() const {
    switch (q_.protocol) {
      case icmp:
      case icmpv6:
      case tcp:
      case udp:
      case udplite:
      case sctp:
      case gre: return 8;
      default: return 0;
    }
  }

  // 0: none, or not quoted.
  std::size_t checksum_at() const {
    switch (q_.protocol) {
      case tcp: return left_ >= 20 ? q_.l4 + 16 : 0;
      case udp: return be16(b_, q_.l4 + 6) != 0 ? q_.l4 + 6 : 0;
      case udplite: return q_.l4 + 6;
      case icmpv6: return q_.l4 + 2;
      default: return 0;
    }
  }

  void put_word(std::size_t at, std::uint16_t value, std::initializer_list<std::size_t> checks) {
    const std::uint16_t old = be16(b_, at);
    put16(b_, at, value);
    for (std::size_t check : checks)
      if (check != 0) put16(b_, check, updated_checksum(be16(b_, check), old, value));
  }

  void put_address(std::size_t check) {
    const u128 address = source_ ? t_.src : t_.dst;
    const std::size_t size = v4_ ? 4 : 16;
    const std::size_t at = q_.at + (v4_ ? (source_ ? 12U : 16U) : (source_ ? 8U : 24U));
    for (std::size_t i = 0; i < size; i += 2)
      put_word(at + i, static_cast<std::uint16_t>(address >> (8 * (size - 2 - i))), {v4_ ? q_.at + 10 : 0, check});
  }

  bool put_ports(std::size_t check) {
    const std::uint8_t type = byte_at(b_, q_.l4);
    switch (q_.protocol) {
      case icmp:
        if (is_icmp_query_or_answer(type)) put_word(q_.l4 + 4, t_.sport, {q_.l4 + 2});
        return true;
      case icmpv6:
        if (type == 128 || type == 129) put_word(q_.l4 + 4, t_.sport, {check});
        return true;
      case tcp:
      case udp:
      case udplite:
      case sctp: put_word(q_.l4 + (source_ ? 0U : 2U), source_ ? t_.sport : t_.dport, {check}); return true;
      case gre: return source_ || put_key();
      default: return true;
    }
  }

  bool put_key() {
    const unsigned version = be16(b_, q_.l4) & 7;
    if (version == 1) put16(b_, q_.l4 + 6, t_.dport);
    return version <= 1;
  }

  // Over what is quoted, though the sum of the whole was another one.
  void refresh_crc() {
    put32(b_, q_.l4 + 8, 0);
    put32(b_, q_.l4 + 8, __builtin_bswap32(crc32c(Bytes(b_).subspan(q_.l4))));
  }

  std::vector<std::uint8_t>& b_;
  const Quoted& q_;
  bool v4_, source_;
  const Tuple& t_;
  std::size_t left_;
};

}  // namespace

bool apply_nat_to_error(Packet& packet, Hook hook) {
  const Manip manip = manip_of(hook);
  const bool v4 = packet.family == Family::v4;
  if (packet.fields.number(Field::l4_len) < (v4 ? 28U : 48U) || !transport_checksum_ok(packet)) return false;
  const CtEntry& entry = *packet.ct;
  constexpr std::uint32_t both = ct_src_nat_done | ct_dst_nat_done;
  if (byte_at(packet.transport(), 0) == (v4 ? 5U : 137U) &&
      ((entry.status & both) != both || (entry.status & (ct_src_nat | ct_dst_nat)) != 0))
    return false;
  if (!nat_applies(packet, manip)) return true;
  const auto quoted = read_quoted(packet, packet.l4 + 8);
  if (!quoted) return packet.truncated;  // the capture kept too little of it
  const Tuple other = entry.tuple(!packet.ct_reply);
  if (!QuotedRewrite(packet, *quoted, manip == Manip::destination, other).run()) return false;
  fix_checksums(packet);
  if (const auto target = inverted(other))
    set_field(packet, manip == Manip::source ? Field::src : Field::dst, manip == Manip::source ? target->src : target->dst);
  decode(packet);
  return true;
}

}  // namespace fwsim
