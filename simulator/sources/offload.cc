#include "simulator/sources/offload.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6, udp = 17, sctp = 132;

std::uint16_t pseudo_sum(const Packet& packet) {
  const std::size_t size = address_bits(packet.family) / 8, at = packet.family == Family::v4 ? 12 : 8;
  const std::size_t length = packet.transport().size();
  const auto sum = static_cast<std::uint32_t>(packet.protocol + (length >> 16) + (length & 0xffff));
  return fold_sum(sum_words(packet.all().subspan(at, 2 * size), sum));
}

}  // namespace

void complete_checksum(Packet& packet) {
  const Bytes l4 = packet.transport();
  if (!packet.l4_known || packet.truncated || packet.fields.number(Field::frag_off) != 0) return;
  const bool partial = (packet.protocol == tcp && l4.size() >= 20 && be16(l4, 16) == pseudo_sum(packet)) ||
                       (packet.protocol == udp && l4.size() >= 8 && be16(l4, 6) == pseudo_sum(packet)) ||
                       (packet.protocol == sctp && l4.size() >= 12 && be32(l4, 8) == 0);
  if (partial && !transport_checksum_ok(packet)) fix_checksums(packet);
}

}  // namespace fwsim
