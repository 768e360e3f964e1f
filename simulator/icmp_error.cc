#include "simulator/icmp_error.hh"

#include <algorithm>

#include "model/host.hh"
#include "simulator/conntrack.hh"
#include "simulator/sockets.hh"

namespace fwsim {
namespace {

constexpr std::size_t longest_v4 = 576, longest_v6 = 1280;
constexpr unsigned newest_icmp_type = 18;  // NR_ICMP_TYPES

bool is_multicast(Family family, u128 address) {
  return family == Family::v4 ? (address >> 28) == 0xe || address == 0xffffffff : (address >> 120) == 0xff;
}

// Whether the kernel answers this packet with an error at all.
bool deserves_error(const Packet& p) {
  if (p.fields.number(Field::pkttype) != 0 || is_icmp_error(p)) return false;
  if (p.family == Family::v4 && p.fields.number(Field::frag_off) != 0) return false;
  // Types that the kernel does not know might be errors too.
  if (p.family == Family::v4 && p.protocol == 1 && byte_at(p.transport(), 0) > newest_icmp_type) return false;
  const u128 src = p.fields.get(Field::src), dst = p.fields.get(Field::dst);
  if (src == 0 || is_multicast(p.family, src) || is_multicast(p.family, dst)) return false;
  const auto type = static_cast<RouteType>(p.fields.number(Field::dst_type));
  return type != RouteType::broadcast && type != RouteType::multicast;
}

}  // namespace

std::optional<Packet> make_icmp_error(const Packet& offender, unsigned type, unsigned code, std::uint32_t rest) {
  if (!deserves_error(offender)) return std::nullopt;
  const bool v4 = offender.family == Family::v4;
  const std::size_t header = v4 ? 20 : 40;
  const std::size_t quoted = std::min(offender.bytes.size(), (v4 ? longest_v4 : longest_v6) - header - 8);

  Packet answer;
  answer.family = offender.family;
  answer.time = offender.time;
  answer.locally_sent = true;
  attach_socket(answer, kernel_socket());
  auto& b = answer.bytes;
  b.assign(header + 8 + quoted, 0);
  const bool to_us = static_cast<RouteType>(offender.fields.number(Field::dst_type)) == RouteType::local;
  const u128 source = to_us ? offender.fields.get(Field::dst) : u128{0};
  if (v4) {
    b[0] = 0x45;
    // Precedence "internetwork control", the sender's wishes kept.
    b[1] = static_cast<std::uint8_t>((offender.fields.number(Field::tos) & 0x1e) | 0xc0);
    put16(b, 2, b.size());
    b[8] = 64;
    b[9] = 1;
    put_address(Family::v4, b, 12, source);
    put_address(Family::v4, b, 16, offender.fields.get(Field::src));
  } else {
    b[0] = 0x60;
    put16(b, 4, b.size() - header);
    b[6] = 58;
    b[7] = 64;
    put_address(Family::v6, b, 8, source);
    put_address(Family::v6, b, 24, offender.fields.get(Field::src));
  }
  b[header] = static_cast<std::uint8_t>(type);
  b[header + 1] = static_cast<std::uint8_t>(code);
  put32(b, header + 4, rest);
  std::copy_n(offender.bytes.begin(), quoted, b.begin() + static_cast<std::ptrdiff_t>(header + 8));
  decode(answer);
  fix_checksums(answer);
  decode(answer);
  Conntrack::attach_related(answer, offender, offender.time);
  return answer;
}

}  // namespace fwsim
