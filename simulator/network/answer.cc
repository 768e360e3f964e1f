#include "simulator/network/answer.hh"

#include "simulator/defrag.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, icmpv6 = 58;
constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, ack = 0x10;
constexpr std::uint32_t first_number = 5000;   // of the answering side's bytes

bool with_ports(unsigned protocol) { return protocol == tcp || protocol == 17 || protocol == 33 || protocol == 132 || protocol == 136; }

// RFC 9293, 3.5 and 3.10: SYN and ACK in answer to a SYN; otherwise what came is acknowledged.
std::vector<std::uint8_t> segment(Bytes theirs, std::size_t header) {
  const std::uint8_t flags = theirs[13];
  const bool opens = (flags & (syn | ack)) == syn;
  const std::uint32_t length = static_cast<std::uint32_t>(theirs.size() - header) + ((flags & syn) != 0) + ((flags & fin) != 0);
  std::vector<std::uint8_t> out(20, 0);
  put32(out, 4, opens ? first_number : be32(theirs, 8));
  put32(out, 8, be32(theirs, 4) + length);
  out[12] = 0x50;
  out[13] = opens ? syn | ack : ack;
  put16(out, 14, 64240);
  return out;
}

std::optional<std::vector<std::uint8_t>> message(const Packet& p, std::string& why) {
  const Bytes l4 = p.transport();
  std::vector<std::uint8_t> out(l4.begin(), l4.end());
  if (p.protocol == icmp || p.protocol == icmpv6) {
    const bool v4 = p.family == Family::v4;
    if (l4.size() < 8 || l4[0] != (v4 ? 8 : 128)) {
      why = "only echo requests are answered, of ICMP";
      return std::nullopt;
    }
    out[0] = v4 ? 0 : 129;
    return out;
  }
  if (p.protocol == tcp) {
    const std::size_t header = l4.size() > 12 ? (l4[12] >> 4) * std::size_t{4} : 0;
    if (l4.size() < 20 || header < 20 || header > l4.size()) {
      why = "its TCP header is not whole";
      return std::nullopt;
    }
    if ((l4[13] & rst) != 0) {
      why = "a reset is not answered";
      return std::nullopt;
    }
    out = segment(l4, header);
  }
  if (with_ports(p.protocol) && l4.size() >= 4) {
    put16(out, 0, be16(l4, 2));
    put16(out, 2, be16(l4, 0));
  }
  return out;
}

}  // namespace

std::optional<Packet> answer_to(const Packet& p, std::string& why) {
  if (is_fragment(p)) {
    why = "a fragment alone is not answered";
    return std::nullopt;
  }
  const auto l4 = message(p, why);
  if (!l4) return std::nullopt;
  const bool v4 = p.family == Family::v4;
  Packet out{.family = p.family, .time = p.time, .number = p.number};
  std::vector<std::uint8_t>& b = out.bytes;
  b.assign(v4 ? 20 : 40, 0);
  b.insert(b.end(), l4->begin(), l4->end());
  if (v4) {
    b[0] = 0x45;
    put16(b, 2, b.size());
    put16(b, 6, 0x4000);   // DF
    b[8] = 64;
    b[9] = static_cast<std::uint8_t>(p.protocol);
  } else {
    b[0] = 0x60;
    put16(b, 4, l4->size());
    b[6] = static_cast<std::uint8_t>(p.protocol);
    b[7] = 64;
  }
  put_address(p.family, b, v4 ? 12 : 8, p.fields.get(Field::dst));
  put_address(p.family, b, v4 ? 16 : 24, p.fields.get(Field::src));
  if (v4) fix_header_checksum(out);
  decode(out);
  fix_checksums(out);
  decode(out);
  return out;
}

Packet on_wire(const Packet& p) {
  Packet out{.family = p.family, .bytes = p.bytes, .time = p.time, .number = p.number};
  decode(out);
  return out;
}

}  // namespace fwsim
