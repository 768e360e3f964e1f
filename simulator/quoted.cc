#include "simulator/quoted.hh"

#include "simulator/ipv6_walk.hh"

namespace fwsim {
namespace {

std::optional<Quoted> read_v4(Bytes all, std::size_t at) {
  if (at + 20 > all.size()) return std::nullopt;
  Quoted q{.at = at, .l4 = at + static_cast<std::size_t>(all[at] & 15) * 4};
  if (q.l4 > all.size()) return std::nullopt;
  q.protocol = all[at + 9];
  q.frag_off = be16(all, at + 6) & 0x1fff;
  q.src = address_at(Family::v4, all, at + 12);
  q.dst = address_at(Family::v4, all, at + 16);
  return q;
}

// ipv6_skip_exthdr()
bool skip_extensions(Bytes all, Quoted& q) {
  while (is_ipv6_extension(q.protocol)) {
    if (q.protocol == next_none || q.l4 + (q.protocol == next_fragment ? 4U : 2U) > all.size()) return false;
    const std::size_t units = all[q.l4 + 1];
    std::size_t size = units * 8 + 8;
    if (q.protocol == next_fragment) {
      q.frag_off = be16(all, q.l4 + 2) >> 3;
      if (q.frag_off != 0) return true;
      size = 8;
    } else if (q.protocol == next_ah) {
      size = units * 4 + 8;
    }
    q.protocol = all[q.l4];
    q.l4 += size;
  }
  return q.l4 <= all.size();
}

}  // namespace

std::optional<Quoted> read_quoted(const Packet& packet, std::size_t at) {
  const Bytes all = packet.all();
  if (packet.family == Family::v4) return read_v4(all, at);
  if (at + 40 > all.size()) return std::nullopt;
  Quoted q{.at = at, .l4 = at + 40, .protocol = all[at + 6]};
  q.src = address_at(Family::v6, all, at + 8);
  q.dst = address_at(Family::v6, all, at + 24);
  if (!skip_extensions(all, q)) return std::nullopt;
  return q;
}

}  // namespace fwsim
