// A packet in flight: its bytes from the IP header on, the fields decoded from them, and what
// the kernel notes beside it (struct sk_buff). Decoding again after a change of bytes is cheap.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/field.hh"
#include "model/types.hh"
#include "simulator/ct_ref.hh"

namespace fwsim {

using Bytes = std::span<const std::uint8_t>;

// One value for each field, and which are present.
class FieldValues {
 public:
  FieldValues() {}   // NOLINT(modernize-use-equals-default): words of absent fields are never read, and need no zeros

  bool has(Field f) const { return (present_[index_of(f) / 64] >> (index_of(f) % 64)) & 1; }
  u128 get(Field f) const {  // 0 when absent
    if (!has(f)) return 0;
    return is_wide(f) ? wide_[index_of(f)] : narrow_[index_of(f) - first_narrow];
  }
  std::uint64_t number(Field f) const { return has(f) ? narrow_[index_of(f) - first_narrow] : 0; }  // not for wide ones
  void set(Field f, u128 value) {
    if (is_wide(f))
      wide_[index_of(f)] = value;
    else
      narrow_[index_of(f) - first_narrow] = static_cast<std::uint32_t>(value);
    present_[index_of(f) / 64] |= std::uint64_t{1} << (index_of(f) % 64);
  }
  void clear(Field f) { present_[index_of(f) / 64] &= ~(std::uint64_t{1} << (index_of(f) % 64)); }
  void clear(Field first, Field last) {  // inclusive
    for (unsigned word = 0; word < present_.size(); ++word) {
      const unsigned low = std::max(index_of(first), word * 64), high = std::min(index_of(last), word * 64 + 63);
      if (low <= high) present_[word] &= ~((~std::uint64_t{0} >> (63 - (high - low))) << (low % 64));
    }
  }
  void clear() { present_.fill(0); }

 private:
  static constexpr unsigned first_narrow = index_of(last_wide) + 1;
  std::array<u128, first_narrow> wide_;
  std::array<std::uint32_t, field_count - first_narrow> narrow_;
  std::array<std::uint64_t, (field_count + 63) / 64> present_{};
};

// Ethernet, or nothing: what -m mac, eui64 and LOG look at.
struct LinkHeader {
  std::array<std::uint8_t, 14> ethernet{};
  bool present = false;      // the device has MAC addresses
  std::uint16_t vlan = 0;    // TCI of a stripped tag, the outer one of several
  bool tagged = false;
  std::uint16_t inner_vlan = 0;  // TCI of the innermost of several tags
};

struct CtTemplate;  // ct_template.hh
struct Socket;      // model/socket.hh
struct Reassembly;  // defrag.hh
struct IpOptions;   // ip_options.hh
enum class RouteType : std::uint8_t;   // model/host.hh
enum class CtState : std::uint8_t { invalid, fresh, related, established, untracked };

inline constexpr unsigned no_protocol = 256;

struct Packet {
  Family family = Family::v4;
  std::vector<std::uint8_t> bytes;   // from the IP header; trimmed to the length it states
  FieldValues fields;
  LinkHeader link;
  std::int64_t time = 0;             // nanoseconds since 1970, of the capture or the clock
  std::uint64_t number = 0;          // in its source, from 1
  std::size_t missing = 0;           // bytes at the end that the capture did not keep (decode: of the packet)

  // Filled by decode():
  bool truncated = false;            // shorter than it says because the capture was cut: its checksums tell nothing
  std::string_view fault;            // why decode() refused it; empty otherwise
  std::size_t l4 = 0;                // offset of the transport header (of the payload of a fragment)
  bool l4_known = false;             // false when the v6 extension headers cannot be walked
  unsigned protocol = no_protocol;   // as Field::proto; no_protocol when that is absent

  // The connection this packet belongs to.
  CtRef ct;
  bool ct_reply = false;
  bool locally_sent = false;
  bool arrived = false;              // the receive path took it: its header checksum is not looked at again
  bool clone = false;                // TEE's copies are not copied again
  bool untracked = false;            // NOTRACK, TEE: conntrack leaves it alone; Field::ct_state is 4
  bool traced = false;               // TRACE: every rule it matches is recorded
  std::shared_ptr<const CtTemplate> ct_template;  // of -j CT; conntrack takes it away
  std::shared_ptr<const Socket> socket;  // that sends it, or that will take it (skb->sk): attach_socket()
  std::shared_ptr<const Reassembly> reassembly;   // put together from fragments; taken apart again on leaving
  std::shared_ptr<const IpOptions> ip_options;    // of IPv4, as read after routing
  // TEE: the route is that to this address, and out of this device, not that to the destination.
  std::optional<u128> next_hop;
  std::string next_device;
  std::optional<RouteType> route_type;   // of the route it takes (skb_dst), as soon as it has one
  bool by_icmp_socket = false;       // the host sends it, and no other ICMP before it is out (icmp_xmit_lock)
  bool past_hooks = false;           // REJECT on a bridge: straight onto next_device, a port

  Bytes all() const { return bytes; }
  std::size_t stated_length() const { return bytes.size() + missing; }  // what skb->len is in the kernel
  Bytes transport() const { return Bytes(bytes).subspan(std::min(l4, bytes.size())); }
};

// Reads every header field from the bytes; the kernel's notes (mark, devices, ...) stay. Cuts what
// follows the length that the packet states (Ethernet padding).
// False, with the reason in `fault`, when the bytes are no IP packet that the kernel's receive path
// would take (net/ipv4/ip_input.c ip_rcv_core, net/ipv6/ip6_input.c ip6_rcv_core): then no header
// field is present. Rules about hop-by-hop options and the header checksum spare locally sent packets.
bool decode(Packet& packet);
// The rules of the IPv6 receive path about addresses (::1 from outside, a multicast source, ...):
// why a decoded packet that came in by a device is dropped before PREROUTING; empty when it is not.
std::string_view arrival_fault(const Packet& packet, bool on_loopback);

// Recomputes the IPv4 header checksum and that of TCP, UDP, UDP-Lite, ICMP, ICMPv6 and SCTP over the
// whole packet, which must have been decoded. Fragments and truncated packets: only the header's.
// A UDP checksum of 0 means "none" and stays, unless `fill_udp`.
void fix_checksums(Packet& packet, bool fill_udp = false);
void fix_header_checksum(Packet& packet);  // the IPv4 header alone; needs no decode()
// Whether the transport checksum is right as connection tracking sees it (checksum.cc tells the odd
// cases); true where there is none to check: other protocols, later fragments, truncated packets.
bool transport_checksum_ok(const Packet& packet);
// The same of TCP or UDP, with its whole header, in a whole packet.
bool transport_checksum_ok(Family family, unsigned protocol, Bytes packet, std::size_t l4);
// Internet checksum of some bytes, added to `sum` (RFC 1071).
std::uint32_t sum_words(Bytes bytes, std::uint32_t sum = 0);
std::uint16_t fold_sum(std::uint32_t sum);

// Big-endian access; out-of-range reads give 0 (callers check the length where it matters).
inline std::uint8_t byte_at(Bytes b, std::size_t at) { return at < b.size() ? b[at] : std::uint8_t{0}; }
inline std::uint16_t be16(Bytes b, std::size_t at) {
  if (at + 2 > b.size()) return static_cast<std::uint16_t>(byte_at(b, at) << 8);
  std::uint16_t word;
  std::memcpy(&word, b.data() + at, sizeof word);
  return ntohs(word);
}
inline std::uint32_t be32(Bytes b, std::size_t at) {
  if (at + 4 > b.size()) return (static_cast<std::uint32_t>(be16(b, at)) << 16) | be16(b, at + 2);
  std::uint32_t word;
  std::memcpy(&word, b.data() + at, sizeof word);
  return ntohl(word);
}
inline void put16(std::vector<std::uint8_t>& b, std::size_t at, std::uint64_t value) {
  b[at] = static_cast<std::uint8_t>(value >> 8);
  b[at + 1] = static_cast<std::uint8_t>(value);
}
inline void put32(std::vector<std::uint8_t>& b, std::size_t at, std::uint64_t value) {
  put16(b, at, value >> 16);
  put16(b, at + 2, value);
}
// Reads and writes a whole address.
u128 address_at(Family family, Bytes b, std::size_t at);
void put_address(Family family, std::vector<std::uint8_t>& b, std::size_t at, u128 address);

// "192.0.2.1:40000 > 198.51.100.7:22 TCP [S] seq=1000 ack=0 win=64240 dlen=0 ttl=64 tos=0x00 id=1 len=40 DF"
std::string packet_text(const Packet& packet);

}  // namespace fwsim
