// -m tcp --tcp-option: an option of the TCP header (net/netfilter/xt_tcpudp.c, tcp_find_option).
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

Answer test(const Packet& packet, std::uint64_t kind, bool inverted) {
  const Bytes b = packet.transport();
  if (b.size() < 20) return when_missing(packet, packet.l4 + 20, Answer::hotdrop);
  const std::size_t header = static_cast<std::size_t>(b[12] >> 4) * 4;
  if (header < 20) return Answer::hotdrop;
  if (b.size() < header) return when_missing(packet, packet.l4 + header, Answer::hotdrop);
  return answer(has_option(b.subspan(20, header - 20), kind) != inverted);
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  const std::uint64_t kind = use.number("tcp-option");
  const bool inverted = use.inverted("tcp-option");
  return make_packet_test([kind, inverted](const Packet& packet) { return test(packet, kind, inverted); });
}

}  // namespace

extern const OracleKind oracle_tcp{"tcp", make};

}  // namespace fwsim
