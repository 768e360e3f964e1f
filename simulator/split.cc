#include "simulator/split.hh"

#include <algorithm>

#include "simulator/defrag.hh"
#include "simulator/ip_options.hh"
#include "simulator/ipv6_walk.hh"

namespace fwsim {
namespace {

constexpr std::size_t fixed_v6 = 40, fragment_header = 8, least_payload = 8;
constexpr unsigned dont_fragment = 0x4000, more_fragments = 0x2000, offset_mask = 0x1fff;

bool says_df(const Packet& packet) { return (be16(packet.bytes, 6) & dont_fragment) != 0; }

// The sizes of the payload's pieces. Those in which the packet came, if they still fit: the kernel
// kept the fragments beside one another. TEE's copies and packets of a new length are cut anew.
struct Pieces {
  std::vector<std::size_t> sizes;
  bool as_came = false;
};

Pieces cut(const Packet& packet, std::size_t payload, std::size_t room) {
  Pieces pieces;
  if (const Reassembly* old = packet.reassembly.get();
      old && !packet.clone && old->length == packet.stated_length() && old->parts.size() > 1) {
    pieces.as_came = std::all_of(old->parts.begin(), old->parts.end() - 1,
                                 [&](std::size_t size) { return size <= room && size % 8 == 0; }) &&
                     old->parts.back() <= room;
    if (pieces.as_came) pieces.sizes = old->parts;
  }
  for (std::size_t left = pieces.as_came ? 0 : payload; left > 0;) {
    const std::size_t size = left > room ? room & ~std::size_t{7} : left;
    pieces.sizes.push_back(size);
    left -= size;
  }
  return pieces;
}

// A fragment with this much of the packet behind `header`.
Packet piece_of(const Packet& packet, std::vector<std::uint8_t> header, std::size_t from, std::size_t size) {
  Packet piece = packet;
  piece.reassembly.reset();
  piece.bytes = std::move(header);
  const std::size_t begin = std::min(from, packet.bytes.size()), end = std::min(from + size, packet.bytes.size());
  piece.bytes.insert(piece.bytes.end(), packet.bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                     packet.bytes.begin() + static_cast<std::ptrdiff_t>(end));
  piece.missing = size - (end - begin);
  return piece;
}

Split split_v4(const Packet& packet, unsigned mtu) {
  const Reassembly* const old = packet.reassembly.get();
  if (packet.stated_length() <= mtu && !old) return {};
  if (says_df(packet) && (!old || old->largest > mtu)) return {.kind = Split::Kind::too_big, .mtu = mtu};
  const std::size_t header = static_cast<std::size_t>(packet.bytes[0] & 15) * 4;
  const std::size_t space = old ? std::min<std::size_t>(mtu, old->largest) : mtu;
  if (space < header + least_payload) return {.kind = Split::Kind::no_room};

  const std::size_t payload = packet.stated_length() - header;
  const Pieces pieces = cut(packet, payload, space - header);
  const unsigned word = be16(packet.bytes, 6);
  // A packet that came as fragments and leaves in the same ones loses DF, whatever they said.
  const unsigned df = old && old->kept_whole && !pieces.as_came ? dont_fragment : 0;
  std::vector<std::uint8_t> head(packet.bytes.begin(), packet.bytes.begin() + static_cast<std::ptrdiff_t>(header));
  Split result{.kind = Split::Kind::parts};
  std::size_t done = 0;
  for (const std::size_t size : pieces.sizes) {
    Packet piece = piece_of(packet, head, header + done, size);
    const bool more = done + size < payload || (word & more_fragments) != 0;
    const std::size_t offset = (word & offset_mask) + done / 8;
    put16(piece.bytes, 2, header + size);
    put16(piece.bytes, 6, offset | (more ? more_fragments : 0) | df);
    fix_header_checksum(piece);
    decode(piece);
    result.fragments.push_back(std::move(piece));
    // Options that are not to be copied stay in the first fragment. The kernel has not read those
    // of its own raw packets.
    if (done == 0 && !packet.locally_sent) blank_uncopied_options(head);
    done += size;
  }
  return result;
}

// Where the fragment header goes: behind hop-by-hop options, routing headers, and destination
// options before one of these (ip6_find_1stfragopt).
struct Seam {
  std::size_t at = fixed_v6, next_byte = 6;
};
Seam find_seam(const Packet& packet) {
  const Bytes b = packet.all();
  Seam seam;
  bool routing = false;
  unsigned next = byte_at(b, 6);
  while (next == next_hop_opts || next == next_routing || next == next_dst_opts) {
    if (next == next_dst_opts && routing) break;
    routing = routing || next == next_routing;
    const std::size_t length = (std::size_t{byte_at(b, seam.at + 1)} + 1) * 8;
    seam.next_byte = seam.at;
    next = byte_at(b, seam.at);
    seam.at += length;
  }
  return seam;
}

Split split_v6(const Packet& packet, unsigned mtu, std::mt19937_64& random) {
  const Reassembly* const old = packet.reassembly.get();
  const std::size_t length = packet.stated_length();
  if (length <= mtu && (!old || length <= old->largest)) return {};
  const bool allowed = old || packet.locally_sent;
  if ((!allowed && length > mtu) || (old && old->largest > mtu)) return {.kind = Split::Kind::too_big, .mtu = mtu};
  const std::size_t space = old ? std::max<std::size_t>(old->largest, least_mtu_v6) : mtu;
  const Seam seam = find_seam(packet);
  if (space < seam.at + fragment_header + least_payload) return {.kind = Split::Kind::too_big, .mtu = mtu};

  const std::size_t payload = length - seam.at;
  const Pieces pieces = cut(packet, payload, space - seam.at - fragment_header);
  std::vector<std::uint8_t> head(packet.bytes.begin(), packet.bytes.begin() + static_cast<std::ptrdiff_t>(seam.at));
  head.resize(seam.at + fragment_header);
  head[seam.at] = head[seam.next_byte];
  head[seam.next_byte] = next_fragment;
  put32(head, seam.at + 4, static_cast<std::uint32_t>(random()));
  Split result{.kind = Split::Kind::parts};
  std::size_t done = 0;
  for (const std::size_t size : pieces.sizes) {
    Packet piece = piece_of(packet, head, seam.at + done, size);
    put16(piece.bytes, seam.at + 2, done | (done + size < payload ? 1U : 0U));
    put16(piece.bytes, 4, head.size() - fixed_v6 + size);
    decode(piece);
    result.fragments.push_back(std::move(piece));
    done += size;
  }
  return result;
}

}  // namespace

Split split(const Packet& packet, unsigned mtu, std::mt19937_64& random) {
  return packet.family == Family::v4 ? split_v4(packet, mtu) : split_v6(packet, mtu, random);
}

bool exceeds(const Packet& packet, unsigned mtu) {
  if (packet.stated_length() <= mtu) return false;
  if (packet.family == Family::v4 && !says_df(packet)) return false;
  return !packet.reassembly || packet.reassembly->largest > mtu;
}

}  // namespace fwsim
