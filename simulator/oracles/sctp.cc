// -m sctp --chunk-types: the chunks of an SCTP packet (net/netfilter/xt_sctp.c, match_packet;
// RFC 9260 3.2). A chunk of length 0, or one that starts behind the packet, drops it.
#include "model/matches/sctp.hh"
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

bool flags_fit(const SctpChunks& chunks, std::uint8_t type, std::uint8_t flags) {
  return (flags & chunks.flags[type].mask) == chunks.flags[type].value;
}

Answer walk(const Packet& packet, const SctpChunks& chunks, bool inverted) {
  const Bytes b = packet.all();
  auto left = chunks.types;  // those that `all` has not yet seen
  for (std::size_t at = packet.l4 + 12;;) {
    if (at + 4 > b.size()) return when_missing(packet, at + 4, Answer::hotdrop);
    const std::uint8_t type = b[at];
    const std::size_t length = be16(b, at + 2);
    if (length == 0) return Answer::hotdrop;
    const bool listed = chunks.types.test(type) && flags_fit(chunks, type, b[at + 1]);
    if (chunks.mode == SctpChunks::Mode::any && listed) return answer(!inverted);
    if (chunks.mode == SctpChunks::Mode::only && !listed) return answer(inverted);
    if (listed) left.reset(type);
    at += (length + 3) / 4 * 4;
    if (at >= packet.stated_length()) break;
  }
  switch (chunks.mode) {
    case SctpChunks::Mode::all: return answer(left.none() != inverted);
    case SctpChunks::Mode::any: return answer(inverted);
    case SctpChunks::Mode::only: return answer(!inverted);
  }
  return Answer::no;
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  return make_packet_test([chunks = *read_sctp_chunks(use.text("chunk-types")),
                           inverted = use.inverted("chunk-types")](const Packet& packet) {
    return walk(packet, chunks, inverted);
  });
}

}  // namespace

extern const OracleKind oracle_sctp{"sctp", make};

}  // namespace fwsim
