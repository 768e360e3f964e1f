// TCPOPTSTRIP: overwrites options with no-operations. net/netfilter/xt_TCPOPTSTRIP.c
#include <array>
#include <vector>

#include "simulator/effect.hh"
#include "simulator/rewrite.hh"
#include "simulator/tcp_options.hh"

namespace fwsim {
namespace {

// Overwrites one option; checksum byte by byte, so that its alignment does not matter.
void strip(Packet& packet, std::size_t at, std::size_t size) {
  const std::size_t check = packet.l4 + 16;
  for (std::size_t i = at; i < at + size; ++i) {
    const bool high = (i - packet.l4) % 2 == 0;
    const auto word = [&](std::uint8_t byte) { return static_cast<std::uint16_t>(high ? byte << 8 : byte); };
    put16(packet.bytes, check, updated_checksum(be16(packet.bytes, check), word(packet.bytes[i]), word(tcp_nop)));
    packet.bytes[i] = tcp_nop;
  }
}

Outcome apply(Packet& packet, const std::array<bool, 256>& stripped) {
  if (packet.fields.number(Field::frag_off) != 0) return Outcome::next_rule;
  const Bytes tcp = packet.transport();
  if (!packet.l4_known || tcp.size() < 20) return Outcome::drop;
  const std::size_t header = tcp_header_size(tcp);
  if (header < 20 || tcp.size() < header) return Outcome::drop;
  for (std::size_t i = 20; i + 1 < header;) {
    const std::size_t size = tcp_option_size(tcp, i);
    if (i + size > header) break;
    if (stripped[tcp[i]]) strip(packet, packet.l4 + i, size);
    i += size;
  }
  decode(packet);
  return Outcome::next_rule;
}

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  std::array<bool, 256> stripped{};
  if (const auto* list = use.get<std::vector<NumRange>>("strip-options"))
    for (const NumRange& kind : *list) stripped[kind.low & 0xff] = true;
  return make_effect([=](Packet& packet, const Where&, World&) { return apply(packet, stripped); });
}

}  // namespace

extern const TargetKind effect_TCPOPTSTRIP{"TCPOPTSTRIP", make};

}  // namespace fwsim
