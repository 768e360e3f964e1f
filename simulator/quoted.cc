#include "simulator/quoted.hh"

namespace fwsim {
namespace {

bool is_extension(unsigned header) { return header == 0 || header == 43 || header == 44 || header == 51 || header == 60; }

}  // namespace

std::optional<Quoted> read_quoted(const Packet& packet) {
  const Bytes all = packet.all();
  Quoted q{.at = packet.l4 + 8};
  if (packet.family == Family::v4) {
    if (q.at + 20 > all.size() || byte_at(all, q.at) >> 4 != 4) return std::nullopt;
    const std::size_t header = static_cast<std::size_t>(byte_at(all, q.at) & 15) * 4;
    if (header < 20 || q.at + header > all.size()) return std::nullopt;
    q.l4 = q.at + header;
    q.protocol = byte_at(all, q.at + 9);
    q.frag_off = be16(all, q.at + 6) & 0x1fff;
    q.src = address_at(Family::v4, all, q.at + 12);
    q.dst = address_at(Family::v4, all, q.at + 16);
    return q;
  }
  if (q.at + 40 > all.size() || byte_at(all, q.at) >> 4 != 6) return std::nullopt;
  q.l4 = q.at + 40;
  q.protocol = byte_at(all, q.at + 6);
  q.src = address_at(Family::v6, all, q.at + 8);
  q.dst = address_at(Family::v6, all, q.at + 24);
  while (is_extension(q.protocol)) {
    if (q.l4 + 8 > all.size()) return std::nullopt;
    std::size_t size = static_cast<std::size_t>(byte_at(all, q.l4 + 1)) * 8 + 8;
    if (q.protocol == 44) {
      size = 8;
      q.frag_off = be16(all, q.l4 + 2) >> 3;
    }
    if (q.protocol == 51) size = static_cast<std::size_t>(byte_at(all, q.l4 + 1)) * 4 + 8;
    q.protocol = byte_at(all, q.l4);
    q.l4 += size;
    if (q.frag_off != 0) return q;
  }
  if (q.l4 > all.size()) return std::nullopt;
  return q;
}

}  // namespace fwsim
