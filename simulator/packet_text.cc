// A packet on one line, for traces and messages. ICMP errors show the packet that they quote.
#include <fmt/format.h>

#include "simulator/packet.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, icmpv6 = 58;

// What the IP header says, whatever is behind it.
struct Shape {
  std::string src, dst;
  std::string meta;  // "ttl=64 tos=0x00 id=1 len=40 DF"
  unsigned protocol = 0;
  bool later_fragment = false;
  Bytes body;               // from the transport header
  std::size_t missing = 0;  // bytes of it that the capture did not keep
};

std::string hex(Bytes bytes, std::size_t most) {
  std::string text;
  for (std::uint8_t byte : bytes.first(std::min(bytes.size(), most))) text += fmt::format("{:02x}", byte);
  return text;
}

std::string fragment_text(std::size_t offset, bool more) {
  return more || offset != 0 ? fmt::format(" frag(off={}{})", offset, more ? ",MF" : "") : std::string();
}

Shape shape_v4(Bytes b, std::size_t missing) {
  Shape shape{address_text(Family::v4, be32(b, 12)), address_text(Family::v4, be32(b, 16))};
  const std::size_t header = std::min(static_cast<std::size_t>(b[0] & 15) * 4, b.size());
  const std::size_t total = be16(b, 2), flags = be16(b, 6), offset = (flags & 0x1fff) * 8;
  shape.protocol = b[9];
  shape.later_fragment = offset != 0;
  shape.meta = fmt::format("ttl={} tos=0x{:02x} id={} len={}{}{}", b[8], b[1], be16(b, 4), total,
                           (flags & 0x4000) != 0 ? " DF" : "", fragment_text(offset, (flags & 0x2000) != 0));
  if (fold_sum(sum_words(b.first(header))) != 0xffff) shape.meta += " BAD-IP-CSUM";
  const std::size_t end = std::min(b.size(), total);
  if (end > header) shape.body = b.subspan(header, end - header);
  shape.missing = missing;
  return shape;
}

// The extension headers between the IPv6 header and `l4`: ",hbh,frag".
std::string extension_names(Bytes b, std::size_t l4) {
  std::string names;
  unsigned next = b[6];
  for (std::size_t at = 40; at < l4 && at + 2 <= b.size();) {
    std::size_t length = (std::size_t{b[at + 1]} + 1) * 8;
    switch (next) {
      case 0: names += ",hbh"; break;
      case 43: names += ",rt"; break;
      case 44: names += ",frag", length = 8; break;
      case 51: names += ",ah", length = (std::size_t{b[at + 1]} + 2) * 4; break;
      case 60: names += ",dst"; break;
      default: return names;
    }
    next = b[at];
    at += length;
  }
  return names;
}

// `decoded`: the packet itself, of which decode() knows where the transport header is; null for a quoted one.
Shape shape_v6(Bytes b, const Packet* decoded) {
  Shape shape{address_text(Family::v6, address_at(Family::v6, b, 8)),
              address_text(Family::v6, address_at(Family::v6, b, 24))};
  shape.protocol = b[6];
  shape.meta = fmt::format("hlim={} tc=0x{:02x} len={}", b[7], (be16(b, 0) >> 4) & 0xff, be16(b, 4));
  shape.body = b.subspan(40);
  if (!decoded) return shape;
  shape.missing = decoded->missing;
  if (!decoded->l4_known || decoded->l4 <= 40) return shape;
  shape.protocol = decoded->protocol;
  shape.body = decoded->transport();
  const std::size_t offset = decoded->fields.number(Field::frag_off) * 8;
  shape.later_fragment = offset != 0;
  shape.meta += fragment_text(offset, decoded->fields.number(Field::frag_more) != 0);
  if (const auto names = extension_names(b, decoded->l4); !names.empty()) shape.meta += " ext=" + names.substr(1);
  return shape;
}

std::string flag_letters(unsigned flags) {
  std::string letters;
  for (unsigned i = 0; i < 8; ++i)
    if ((flags >> i & 1) != 0) letters += "FSRPAUEC"[i];
  return letters;
}

std::string describe(Bytes bytes, std::size_t missing, const Packet* decoded);

std::string describe_icmp(const Shape& s, std::string_view name, bool error, bool quoted) {
  const unsigned type = s.body[0], code = s.body[1];
  const std::string start = fmt::format("{} > {} {} {}/{}", s.src, s.dst, name, type, code);
  if (error && !quoted) return fmt::format("{} {} {{{}}}", start, s.meta, describe(s.body.subspan(8), 0, nullptr));
  return fmt::format("{} id={} seq={} {}", start, be16(s.body, 4), be16(s.body, 6), s.meta);
}

bool is_icmp_error(unsigned type) { return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; }

std::string describe(Bytes bytes, std::size_t missing, const Packet* decoded) {
  if (bytes.empty()) return "(empty)";
  const unsigned version = bytes[0] >> 4;
  if (version != 4 && version != 6) return "non-IP " + hex(bytes, 16);
  if (bytes.size() < (version == 4 ? 20U : 40U)) return "malformed " + hex(bytes, 20);
  const Shape s = version == 4 ? shape_v4(bytes, missing) : shape_v6(bytes, decoded);
  const Bytes b = s.body;
  const auto length = static_cast<long long>(b.size() + s.missing);
  if (!s.later_fragment) {
    if (s.protocol == tcp && b.size() >= 20)
      return fmt::format("{}:{} > {}:{} TCP [{}] seq={} ack={} win={} dlen={} {}", s.src, be16(b, 0), s.dst, be16(b, 2),
                         flag_letters(b[13]), be32(b, 4), be32(b, 8), be16(b, 14), length - (b[12] >> 4) * 4, s.meta);
    if (s.protocol == udp && b.size() >= 8)
      return fmt::format("{}:{} > {}:{} UDP dlen={} {}", s.src, be16(b, 0), s.dst, be16(b, 2), length - 8, s.meta);
    if (s.protocol == icmp && b.size() >= 8) return describe_icmp(s, "ICMP", is_icmp_error(b[0]), !decoded);
    if (s.protocol == icmpv6 && b.size() >= 8) return describe_icmp(s, "ICMP6", b[0] < 128, !decoded);
  }
  return fmt::format("{} > {} proto={} {}", s.src, s.dst, s.protocol, s.meta);
}

}  // namespace

std::string packet_text(const Packet& packet) { return describe(packet.bytes, packet.missing, &packet); }

}  // namespace fwsim
