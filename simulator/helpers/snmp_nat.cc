#include "simulator/helpers/snmp_nat.hh"

#include <array>
#include <vector>

namespace fwsim {
namespace {

constexpr std::uint16_t snmp_port = 161, trap_port = 162;
constexpr std::uint8_t integer = 0x02, octet_string = 0x04, null = 0x05, object_id = 0x06, sequence = 0x30, ip_address = 0x40;
constexpr std::uint8_t first_pdu = 0xa0, trap_v1 = 0xa4, last_pdu = 0xa8;

// A message in BER as SNMPv1 and v2c have it (RFC 1157, RFC 3416); notes where its IpAddress values are. The kernel's
// grammar has no place for the traps of version 1.
class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  bool message() {
    if (!enter(sequence)) return false;
    std::size_t begin = 0, size = 0;
    if (!value(integer, begin, size) || size == 0 || bytes_[begin] > 1) return false;
    return skip(octet_string) && pdu();
  }
  const std::vector<std::size_t>& addresses() const { return addresses_; }

 private:
  std::uint8_t tag() const { return byte_at(bytes_, at_); }

  // The content of the element at hand.
  bool value(std::uint8_t wanted, std::size_t& begin, std::size_t& size) {
    if (at_ + 2 > bytes_.size() || bytes_[at_] != wanted) return false;
    std::size_t length = bytes_[at_ + 1];
    begin = at_ + 2;
    if (length & 0x80) {
      const std::size_t more = length & 0x7f;
      if (more == 0 || more > 2 || begin + more > bytes_.size()) return false;
      length = 0;
      for (std::size_t i = 0; i < more; ++i) length = (length << 8) | bytes_[begin + i];
      begin += more;
    }
    if (begin + length > bytes_.size()) return false;
    size = length;
    at_ = begin + length;
    return true;
  }
  bool skip(std::uint8_t wanted) {
    std::size_t begin = 0, size = 0;
    return value(wanted, begin, size);
  }
  bool enter(std::uint8_t wanted, std::size_t* end = nullptr) {
    std::size_t begin = 0, size = 0;
    if (!value(wanted, begin, size)) return false;
    if (end) *end = begin + size;
    at_ = begin;
    return true;
  }
  bool address() {
    std::size_t begin = 0, size = 0;
    if (!value(ip_address, begin, size) || size != 4) return false;
    addresses_.push_back(begin);
    return true;
  }

  bool pdu() {
    const std::uint8_t kind = tag();
    if (kind < first_pdu || kind > last_pdu || kind == trap_v1 || !enter(kind)) return false;
    for (int i = 0; i < 3; ++i)  // request, error status, error index
      if (!skip(integer)) return false;
    return bindings();
  }

  bool bindings() {
    std::size_t end = 0;
    if (!enter(sequence, &end)) return false;
    while (at_ < end) {
      std::size_t after = 0;
      if (!enter(sequence, &after) || !skip(object_id) || !binding_value() || at_ != after) return false;
    }
    return at_ == end;
  }

  bool binding_value() {
    const std::uint8_t kind = tag();
    if (kind == ip_address) return address();
    static constexpr std::array<std::uint8_t, 13> known{integer, octet_string, object_id, null, 0x41, 0x42, 0x43,
                                                        0x44,    0x46,         0x47,      0x80, 0x81, 0x82};
    for (const std::uint8_t k : known)
      if (k == kind) return skip(kind);
    return false;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  std::vector<std::size_t> addresses_;
};

}  // namespace

// Only answers of agents, and traps.
HelperVerdict translate_snmp(HelperContext& context) {
  const Bytes l4 = context.packet.transport();
  const bool up = context.dir == Direction::original;
  if (be16(l4, 0) == snmp_port && up) return HelperVerdict::accept;
  if (be16(l4, 2) == trap_port && !up) return HelperVerdict::accept;
  if (!context.translated()) return HelperVerdict::accept;
  if (be16(l4, 4) != l4.size()) return drop_packet(context, "dropping malformed packet\n");
  const u128 from = up ? context.tuple().src : context.opposite_tuple().src;
  const u128 to = up ? context.opposite_tuple().dst : context.tuple().dst;
  if (from == to) return HelperVerdict::accept;
  Reader reader(payload(context.packet));
  const bool fine = reader.message();
  for (const std::size_t at : reader.addresses()) {
    if (address_at(Family::v4, payload(context.packet), at) != from) continue;
    std::array<char, 4> text{};
    for (unsigned i = 0; i < 4; ++i) text[i] = static_cast<char>(static_cast<std::uint8_t>(to >> (24 - 8 * i)));
    mangle(context, at, text.size(), {text.data(), text.size()}, false);
  }
  return fine ? HelperVerdict::accept : drop_packet(context, "parser failed\n");
}

}  // namespace fwsim
