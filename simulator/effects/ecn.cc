// ECN: the ECE and CWR bits of the TCP header. Looks behind the IPv4 header without asking whether
// the packet is a later fragment, as the kernel does. net/ipv4/netfilter/ipt_ECN.c, set_ect_tcp()
#include "simulator/effect.hh"
#include "simulator/rewrite.hh"

namespace fwsim {
namespace {

constexpr std::uint16_t ece = 0x40, cwr = 0x80;

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  const bool remove = use.has("ecn-tcp-remove");
  std::uint16_t mask = remove ? ece | cwr : 0, value = 0;
  if (use.has("ecn-tcp-ece")) mask |= ece, value |= use.number("ecn-tcp-ece") ? ece : std::uint16_t{0};
  if (use.has("ecn-tcp-cwr")) mask |= cwr, value |= use.number("ecn-tcp-cwr") ? cwr : std::uint16_t{0};
  return make_effect([=](Packet& packet, const Where&, World&) {
    const std::size_t at = static_cast<std::size_t>(byte_at(packet.bytes, 0) & 15) * 4;
    if (packet.bytes.size() < at + 20) return Outcome::drop;
    const std::uint16_t old = be16(packet.bytes, at + 12);
    const auto changed = static_cast<std::uint16_t>((old & ~mask) | value);
    if (changed == old) return Outcome::next_rule;
    patch16(packet.bytes, at + 12, changed, at + 16);
    decode(packet);
    return Outcome::next_rule;
  });
}

}  // namespace

extern const TargetKind effect_ECN{"ECN", make};

}  // namespace fwsim
