// -m eui64: the low half of the IPv6 source address is the EUI-64 of the source MAC address
// (net/ipv6/netfilter/ip6t_eui64.c; RFC 4291, appendix A).
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

Answer test(const Packet& packet) {
  const auto& frame = packet.link.ethernet;
  if (!packet.link.present || frame[12] != 0x86 || frame[13] != 0xdd) return Answer::no;
  const auto mac = static_cast<std::uint64_t>(packet.fields.get(Field::mac_src));
  const std::uint64_t vendor = (mac >> 24) ^ 0x020000, serial = mac & 0xffffff;
  return answer(static_cast<std::uint64_t>(packet.fields.get(Field::src)) ==
                (vendor << 40 | std::uint64_t{0xfffe} << 24 | serial));
}

}  // namespace

extern const OracleKind oracle_eui64{"eui64", [](const MatchUse&, Family, World&) { return make_packet_test(test); }};

}  // namespace fwsim
