#include "simulator/ipv6_walk.hh"

#include <algorithm>

#include "model/matches/ipv6header.hh"

namespace fwsim {
namespace {

struct Kind {
  unsigned next;
  std::uint64_t bit;
  std::size_t read;  // bytes that its match reads at once
};
constexpr Kind kinds_of_header[] = {{next_hop_opts, ipv6_ext::hop_opts, 2},
                                    {next_routing, ipv6_ext::routing, 4},
                                    {next_fragment, ipv6_ext::fragment, 8},
                                    {next_ah, ipv6_ext::ah, 12},
                                    {next_dst_opts, ipv6_ext::dst_opts, 2}};
constexpr std::uint64_t all_kinds =
    ipv6_ext::hop_opts | ipv6_ext::routing | ipv6_ext::fragment | ipv6_ext::ah | ipv6_ext::dst_opts;

const Kind* kind_of(unsigned next) {
  for (const Kind& kind : kinds_of_header)
    if (kind.next == next) return &kind;
  return nullptr;
}

std::size_t length_of(unsigned kind, Bytes b, std::size_t at) {
  const std::size_t units = byte_at(b, at + 1);
  return kind == next_fragment ? 8 : kind == next_ah ? (units + 2) * 4 : (units + 1) * 8;
}

// Calls visit(kind, offset) for each header while it answers true. False when a header cannot be
// read, which is then the one visited last, if its first two bytes are there.
template <class Visit>
bool walk(const Packet& packet, Visit visit) {
  const Bytes b = packet.all();
  const std::size_t end = packet.stated_length();
  unsigned next = byte_at(b, 6);
  for (std::size_t at = 40; const Kind* kind = kind_of(next);) {
    const std::size_t wanted = next == next_routing || next == next_fragment ? 4 : 2;
    if (at + wanted > end) return false;
    if (at + wanted > b.size() || !visit(*kind, at)) return true;
    if (next == next_fragment && (be16(b, at + 2) & 0xfff8) != 0) return true;
    const std::size_t length = length_of(next, b, at);
    next = b[at];
    at += length;
  }
  return true;
}

}  // namespace

std::optional<std::size_t> find_ipv6_header(const Packet& packet, unsigned kind) {
  std::optional<std::size_t> found;
  walk(packet, [&](const Kind& here, std::size_t at) {
    if (here.next == kind) found = at;
    return !found;
  });
  return found;
}

std::uint64_t bad_ipv6_headers(const Packet& packet) {
  std::uint64_t found = 0, bad = 0;
  const bool readable = walk(packet, [&](const Kind& kind, std::size_t at) {
    const std::size_t wanted = std::max(kind.read, length_of(kind.next, packet.all(), at));
    if ((found & kind.bit) == 0 && at + wanted > packet.stated_length()) bad |= kind.bit;
    found |= kind.bit;
    return true;
  });
  return readable ? bad : bad | (all_kinds & ~found);
}

}  // namespace fwsim
