// -m tcpmss where fields do not tell (net/netfilter/xt_tcpmss.c): headers cut short, and later
// fragments, whose payload the kernel takes for a TCP header.
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

Answer test(const Packet& packet, NumRange sizes, bool inverted) {
  const std::size_t at = assumed_transport(packet);
  const Bytes b = packet.all().subspan(std::min(at, packet.bytes.size()));
  if (b.size() < 20) return when_missing(packet, at + 20, Answer::hotdrop);
  const std::size_t header = static_cast<std::size_t>(b[12] >> 4) * 4;
  if (header < 20) return Answer::hotdrop;
  if (b.size() < header) return when_missing(packet, at + header, Answer::hotdrop);
  const Bytes options = b.subspan(20, header - 20);
  for (std::size_t i = 0; i < options.size(); i = next_option(options, i))
    if (options[i] == 2 && options.size() - i >= 4 && options[i + 1] == 4) {
      const std::uint64_t size = be16(options, i + 2);
      return answer((sizes.low <= size && size <= sizes.high) != inverted);
    }
  return answer(inverted);
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  return make_packet_test([sizes = *use.get<NumRange>("mss"), inverted = use.inverted("mss")](const Packet& packet) {
    return test(packet, sizes, inverted);
  });
}

}  // namespace

extern const OracleKind oracle_tcpmss{"tcpmss", make};

}  // namespace fwsim
