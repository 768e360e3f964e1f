#include "simulator/rewrite.hh"

#include <algorithm>

#include "simulator/conntrack.hh"
#include "simulator/crc32c.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, icmp6 = 58, sctp = 132, udplite = 136;

using Buffer = std::vector<std::uint8_t>;

// The part of the 32-bit sum that leaves when `from` becomes `to` (one's complement arithmetic).
std::uint32_t difference(std::uint16_t from, std::uint16_t to) {
  return static_cast<std::uint32_t>(static_cast<std::uint16_t>(~from)) + to;
}

std::uint16_t apply_difference(std::uint16_t check, std::uint64_t sum) {
  sum += static_cast<std::uint16_t>(~check);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

bool is_udp(const Packet& p) { return p.protocol == udp || p.protocol == udplite; }

bool first_fragment(const Packet& p) { return p.l4_known && p.fields.number(Field::frag_off) == 0; }

// Changes the transport checksum by `sum`, or computes it anew where it is a CRC.
void refresh_transport(Packet& p, std::uint64_t sum) {
  if (!first_fragment(p)) return;
  if (p.protocol == sctp) {
    if (p.bytes.size() < p.l4 + 12) return;
    std::fill_n(p.bytes.begin() + static_cast<std::ptrdiff_t>(p.l4 + 8), 4, std::uint8_t{0});
    put32(p.bytes, p.l4 + 8, __builtin_bswap32(crc32c(p.transport())));
    return;
  }
  const std::size_t at = transport_checksum_at(p);
  if (at == 0) return;
  std::uint16_t check = apply_difference(be16(p.bytes, at), sum);
  if (check == 0 && is_udp(p)) check = 0xffff;  // CSUM_MANGLED_0: 0 would say "no checksum"
  put16(p.bytes, at, check);
}

bool set_address(Packet& p, Field field, u128 value) {
  const bool v4 = p.family == Family::v4;
  const std::size_t size = v4 ? 4 : 16;
  const std::size_t at = (v4 ? 12U : 8U) + (field == Field::dst ? size : 0U);
  if (p.bytes.size() < at + size) return false;
  std::uint64_t sum = 0;
  Buffer old(p.bytes.begin() + static_cast<std::ptrdiff_t>(at),
             p.bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
  put_address(p.family, p.bytes, at, value);
  for (std::size_t i = 0; i < size; i += 2) sum += difference(be16(old, i), be16(p.bytes, at + i));
  if (v4) put16(p.bytes, 10, apply_difference(be16(p.bytes, 10), sum));
  // ICMP for IPv4 has no pseudo header, everything else that has a checksum covers the addresses.
  if (p.protocol != icmp) refresh_transport(p, sum);
  return true;
}

bool set_port(Packet& p, Field field, u128 value) {
  if (!p.fields.has(field)) return false;
  const std::size_t at = p.l4 + (field == Field::dport ? 2U : 0U);
  if (p.bytes.size() < at + 2) return false;
  const std::uint16_t old = be16(p.bytes, at);
  put16(p.bytes, at, static_cast<std::uint16_t>(value));
  refresh_transport(p, difference(old, be16(p.bytes, at)));
  return true;
}

// TOS and TTL share a 16-bit word of the IPv4 header with another byte.
bool set_v4_byte(Packet& p, std::size_t at, std::uint8_t value) {
  if (p.bytes.size() < 20) return false;
  const std::size_t word = at & ~std::size_t{1};
  const std::uint16_t old = be16(p.bytes, word);
  p.bytes[at] = value;
  put16(p.bytes, 10, updated_checksum(be16(p.bytes, 10), old, be16(p.bytes, word)));
  return true;
}

bool set_tos(Packet& p, std::uint8_t value) {
  if (p.family == Family::v4) return set_v4_byte(p, 1, value);
  if (p.bytes.size() < 2) return false;
  p.bytes[0] = static_cast<std::uint8_t>((p.bytes[0] & 0xf0) | (value >> 4));
  p.bytes[1] = static_cast<std::uint8_t>((p.bytes[1] & 0x0f) | (value << 4));
  return true;
}

bool set_ttl(Packet& p, std::uint8_t value) {
  if (p.family == Family::v4) return set_v4_byte(p, 8, value);
  if (p.bytes.size() < 8) return false;
  p.bytes[7] = value;
  return true;
}

bool set_header_field(Packet& p, Field field, u128 value) {
  switch (field) {
    case Field::src:
    case Field::dst: return set_address(p, field, value);
    case Field::sport:
    case Field::dport: return set_port(p, field, value);
    case Field::tos: return set_tos(p, static_cast<std::uint8_t>(value));
    case Field::ttl: return set_ttl(p, static_cast<std::uint8_t>(value));
    default: return false;
  }
}

bool is_header_field(Field f) {
  return f == Field::src || f == Field::dst || (f >= Field::proto && f <= Field::srh_tag);
}

// Whether nothing else of the packet is read by it. What an IPv6 header says can hang on the addresses.
bool stands_alone(Family family, Field f) {
  return f == Field::tos || f == Field::ttl || f == Field::sport || f == Field::dport ||
         (family == Family::v4 && (f == Field::src || f == Field::dst));
}

u128 width_of(Family family, Field f) {
  if (f == Field::src || f == Field::dst) return address_mask(family);
  return f == Field::tos || f == Field::ttl ? 0xff : 0xffff;
}

// The kernel's notes that every packet has, 0 at first.
bool always_there(Field f) { return f == Field::mark || f == Field::priority; }

bool is_icmp_query(const Packet& p) {
  if (!p.fields.has(Field::icmp) || p.bytes.size() < p.l4 + 8) return false;
  const auto type = static_cast<unsigned>(p.fields.number(Field::icmp) >> 8);
  if (p.family == Family::v6) return type == 128 || type == 129;
  return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

}  // namespace

std::uint16_t updated_checksum(std::uint16_t check, std::uint16_t from, std::uint16_t to) {
  return apply_difference(check, difference(from, to));
}

void patch16(Buffer& bytes, std::size_t at, std::uint16_t value, std::size_t check) {
  const std::uint16_t old = be16(bytes, at);
  put16(bytes, at, value);
  put16(bytes, check, updated_checksum(be16(bytes, check), old, value));
}

std::size_t transport_checksum_at(const Packet& p) {
  if (!first_fragment(p)) return 0;
  std::size_t offset = 0, header = 0;
  switch (p.protocol) {
    case tcp: offset = 16, header = 20; break;
    case udp:
    case udplite: offset = 6, header = 8; break;
    case icmp:
      if (p.family != Family::v4) return 0;
      offset = 2, header = 4;
      break;
    case icmp6:
      if (p.family != Family::v6) return 0;
      offset = 2, header = 4;
      break;
    default: return 0;
  }
  if (p.bytes.size() < p.l4 + header) return 0;
  if (p.protocol == udp && be16(p.bytes, p.l4 + offset) == 0) return 0;
  return p.l4 + offset;
}

bool set_field(Packet& packet, Field field, u128 value) {
  if (is_header_field(field)) {
    if (!set_header_field(packet, field, value)) return false;
    if (stands_alone(packet.family, field) && packet.fields.has(field))
      packet.fields.set(field, value & width_of(packet.family, field));
    else
      decode(packet);
    return true;
  }
  if (field == Field::ct_mark) {
    if (!packet.ct) return false;
    packet.ct->mark = static_cast<std::uint32_t>(value);
  }
  packet.fields.set(field, value);
  return true;
}

bool set_icmp_id(Packet& packet, std::uint16_t id) {
  if (!is_icmp_query(packet)) return false;
  patch16(packet.bytes, packet.l4 + 4, id, packet.l4 + 2);
  decode(packet);
  return true;
}

void assign(Packet& packet, const Assign& a) {
  const FieldValues& fields = packet.fields;
  if (!fields.has(a.to) && !always_there(a.to)) return;
  if (a.from != Field::none && !fields.has(a.from) && !always_there(a.from)) return;
  const u128 width = is_wide(a.to) ? all_ones : u128{0xffffffff};
  const auto shifted = [&](u128 x) { return (a.shift >= 0 ? x << a.shift : x >> -a.shift) & width; };
  u128 moved = a.from == Field::none ? u128{0} : fields.get(a.from) & a.from_mask;
  if (!a.shift_result) moved = shifted(moved);
  u128 result = ((fields.get(a.to) & a.keep) ^ a.constant ^ moved) & width;
  if (a.shift_result) result = shifted(result);
  if (a.add != 0) {
    const int sum = static_cast<int>(result) + a.add;
    result = static_cast<u128>(std::clamp(sum, 0, 255));
  }
  set_field(packet, a.to, result);
}

void set_length(Packet& packet) {
  if (packet.family == Family::v4)
    patch16(packet.bytes, 2, static_cast<std::uint16_t>(packet.stated_length()), 10);
  else
    put16(packet.bytes, 4, packet.stated_length() - 40);
  decode(packet);
}

}  // namespace fwsim
