// Hop-by-hop options on arrival: what makes the kernel drop an IPv6 packet before PREROUTING
// (net/ipv6/exthdrs.c, ip6_parse_tlv; RFC 8200 4.2, RFC 2675, RFC 2711, RFC 9486). The answers
// that it sends for some of them (ICMPv6 type 4) are not made here.
#include "simulator/decode_parts.hh"

namespace fwsim {
namespace {

constexpr std::uint8_t pad1 = 0, padn = 1, router_alert = 5, calipso = 7, ioam = 0x31, jumbo = 0xc2;
constexpr unsigned max_options = 8;  // net.ipv6.max_hbh_opts_number
constexpr unsigned max_padding = 7;  // in a row
constexpr std::size_t max_payload = 65535;

std::string_view check_jumbo(const Packet& packet, std::size_t at, std::size_t& payload) {
  const Bytes b = packet.all();
  payload = be32(b, at + 2);
  if (b[at + 1] != 4 || at % 4 != 2 || payload <= max_payload || be16(b, 4) != 0) return "a malformed jumbo option";
  return payload > packet.stated_length() - 40 ? "shorter than its jumbo payload length" : std::string_view();
}

std::string_view check_option(const Packet& packet, std::size_t at, std::size_t& jumbo_payload) {
  const Bytes b = packet.all();
  switch (b[at]) {
    case router_alert: return b[at + 1] == 2 ? std::string_view() : "a malformed router alert option";
    case ioam: return at % 4 == 0 ? std::string_view() : "a misaligned IOAM option";  // else ignored while not enabled
    case jumbo: return check_jumbo(packet, at, jumbo_payload);
    case calipso: return "a CALIPSO option, but no NetLabel domain is configured";
    default: return b[at] >> 6 == 0 ? std::string_view() : "an unknown hop-by-hop option that forbids to pass it";
  }
}

}  // namespace

HopByHop check_hop_by_hop(const Packet& packet) {
  const Bytes b = packet.all();
  HopByHop result;
  const std::size_t end = 40 + (std::size_t{byte_at(b, 41)} + 1) * 8;
  if (b.size() < 42 || end > b.size()) {
    // Nothing can be said of options that the capture did not keep.
    if (packet.stated_length() < 48 || end > packet.stated_length()) result.fault = "a truncated hop-by-hop header";
    return result;
  }
  unsigned options = 0;
  std::size_t padding = 0;
  for (std::size_t at = 42; at < end;) {
    if (b[at] == pad1) {
      if (++padding > max_padding) return {"too much padding in the hop-by-hop header"};
      ++at;
      continue;
    }
    if (at + 2 > end || at + 2 + b[at + 1] > end) return {"a hop-by-hop option longer than its header"};
    const std::size_t length = std::size_t{b[at + 1]} + 2;
    if (b[at] == padn) {
      padding += length;
      if (padding > max_padding) return {"too much padding in the hop-by-hop header"};
      for (std::size_t i = at + 2; i < at + length; ++i)
        if (b[i] != 0) return {"padding that is not zero in the hop-by-hop header"};
    } else {
      if (++options > max_options) return {"too many hop-by-hop options"};
      result.fault = check_option(packet, at, result.jumbo_payload);
      if (!result.fault.empty()) return result;
      padding = 0;
    }
    at += length;
  }
  return result;
}

}  // namespace fwsim
