// -m ecn in later fragments: the kernel looks for the TCP flags in their payload
// (net/netfilter/xt_ecn.c, match_tcp).
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

// Which bits of byte 13 must be set, of those that matter.
struct Wanted {
  unsigned mask = 0;
  unsigned set = 0;
};

Wanted wanted(const MatchUse& use) {
  Wanted w;
  for (const auto& [name, bit] : {std::pair{"ecn-tcp-ece", 0x40U}, std::pair{"ecn-tcp-cwr", 0x80U}}) {
    if (!use.has(name)) continue;
    w.mask |= bit;
    if (!use.inverted(name)) w.set |= bit;
  }
  return w;
}

Answer test(const Packet& packet, Wanted w) {
  const std::size_t at = assumed_transport(packet);
  if (packet.bytes.size() < at + 20) return when_missing(packet, at + 20, Answer::no);
  return answer((packet.bytes[at + 13] & w.mask) == w.set);
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  return make_packet_test([w = wanted(use)](const Packet& packet) { return test(packet, w); });
}

}  // namespace

extern const OracleKind oracle_ecn{"ecn", make};

}  // namespace fwsim
