// SNPT and DNPT: another prefix, and one word of the rest changed so that checksums stay right
// (RFC 6296; net/ipv6/netfilter/ip6t_NPT.c).
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "simulator/effect.hh"
#include "simulator/icmp_error.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

struct Translation {
  Prefix from, to;
  int length = 0;                // of the longer prefix
  std::uint16_t adjustment = 0;  // what the sum of the prefix loses, to be given back
};

std::uint16_t word(u128 address, int index) { return static_cast<std::uint16_t>(address >> (112 - 16 * index)); }

std::uint32_t sum_of(u128 address) {
  std::uint32_t sum = 0;
  for (int i = 0; i < 8; ++i) sum += word(address, i);
  return sum;
}

Translation read_translation(const TargetUse& use) {
  Translation t;
  if (const auto* from = use.get<Prefix>("src-pfx")) t.from = *from;
  if (const auto* to = use.get<Prefix>("dst-pfx")) t.to = *to;
  t.length = std::max(prefix_length(Family::v6, t.from.mask), prefix_length(Family::v6, t.to.mask));
  const std::uint32_t complement = 8 * 0xffffU - sum_of(t.to.address);
  t.adjustment = fold_sum(sum_of(t.from.address) + complement);
  return t;
}

// The word that makes up for the new prefix: the fourth, or the first behind the prefix that is not
// all ones.
std::optional<int> adjusted_word(u128 address, int length) {
  if (length <= 48) return 3;
  for (int i = 4; i < 8; ++i)
    if (word(address, i) != 0xffff) return i;
  return std::nullopt;
}

// False: no word can be adjusted; the prefix is changed all the same.
bool translate(u128& address, const Translation& t) {
  const u128 mask = prefix_mask(Family::v6, static_cast<unsigned>(t.length));
  address = (address & ~mask) | (t.to.address & mask);
  const auto index = adjusted_word(address, t.length);
  if (!index) return false;
  std::uint16_t sum = fold_sum(std::uint32_t{word(address, *index)} + t.adjustment);
  if (sum == 0xffff) sum = 0;
  const int shift = 112 - 16 * *index;
  address = (address & ~(u128{0xffff} << shift)) | (u128{sum} << shift);
  return true;
}

constexpr std::size_t header = 40, src_at = 8, dst_at = 24;

// In a packet that an ICMPv6 error quotes, the address of the other side, when it has the old prefix.
void translate_quoted(Packet& packet, const Translation& t, std::size_t at) {
  const std::size_t quoted = header + 8;
  const auto type = byte_at(packet.bytes, header);
  if (packet.bytes[6] != 58 || type < 1 || type > 4 || packet.bytes.size() < quoted + header) return;
  u128 address = address_at(Family::v6, packet.bytes, quoted + at);
  if ((address & t.from.mask) != t.from.address) return;
  translate(address, t);
  put_address(Family::v6, packet.bytes, quoted + at, address);
}

// `at`: the address that is translated; `quoted`: the one in the packet that an error quotes.
Outcome apply(Packet& packet, const Translation& t, std::size_t at, std::size_t quoted, World& world) {
  u128 address = address_at(Family::v6, packet.bytes, at);
  const bool done = translate(address, t);
  put_address(Family::v6, packet.bytes, at, address);
  if (!done) {
    decode(packet);
    // Header field in error, and a pointer to it; goes to the address as it is now.
    send_icmp_error(packet, 4, 0, static_cast<std::uint32_t>(at), world);
    return Outcome::drop;
  }
  translate_quoted(packet, t, quoted);
  decode(packet);
  return Outcome::next_rule;
}

std::unique_ptr<Target> make_snpt(const TargetUse& use, Family, World&) {
  return make_effect([t = read_translation(use)](Packet& packet, const Where&, World& world) {
    return apply(packet, t, src_at, dst_at, world);
  });
}
std::unique_ptr<Target> make_dnpt(const TargetUse& use, Family, World&) {
  return make_effect([t = read_translation(use)](Packet& packet, const Where&, World& world) {
    return apply(packet, t, dst_at, src_at, world);
  });
}

}  // namespace

extern const TargetKind effect_SNPT{"SNPT", make_snpt};
extern const TargetKind effect_DNPT{"DNPT", make_dnpt};

}  // namespace fwsim
