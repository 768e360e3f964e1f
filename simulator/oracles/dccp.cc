// -m dccp --dccp-option: an option of the DCCP header (net/netfilter/xt_dccp.c, dccp_find_option;
// RFC 4340 5.1 to 5.8).
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

// Bytes of the header before the options.
std::size_t fixed_header(Bytes b) {
  const std::size_t basic = (b[8] & 1) != 0 ? 16 : 12;  // X: long sequence numbers
  switch ((b[8] >> 1) & 15) {
    case 0: return basic + 4;   // REQUEST
    case 2: return basic;       // DATA
    case 3:                     // ACK
    case 4:                     // DATAACK
    case 5:                     // CLOSEREQ
    case 6:                     // CLOSE
    case 8:                     // SYNC
    case 9: return basic + 8;   // SYNCACK
    default: return basic + 12; // RESPONSE, RESET, and what does not exist
  }
}

Answer test(const Packet& packet, std::uint64_t kind, bool inverted) {
  const Bytes b = packet.transport();
  if (b.size() < 12) return when_missing(packet, packet.l4 + 12, Answer::hotdrop);
  const std::size_t fixed = fixed_header(b), header = static_cast<std::size_t>(b[4]) * 4;
  if (header < fixed) return Answer::hotdrop;
  if (header == fixed) return answer(inverted);
  if (b.size() < header) return when_missing(packet, packet.l4 + header, Answer::hotdrop);
  return answer(has_option(b.subspan(fixed, header - fixed), kind) != inverted);
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  const std::uint64_t kind = use.number("dccp-option");
  const bool inverted = use.inverted("dccp-option");
  return make_packet_test([kind, inverted](const Packet& packet) { return test(packet, kind, inverted); });
}

}  // namespace

extern const OracleKind oracle_dccp{"dccp", make};

}  // namespace fwsim
