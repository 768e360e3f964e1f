// TEE: a copy, untracked, to a machine in reach. A TEE rule that the copy meets leaves it alone
// (net/ipv4/netfilter/nf_dup_ipv4.c, nf_dup_ipv6.c).
#include <string>

#include "simulator/effect.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::size_t v4_ttl = 8, v6_hop_limit = 7;

Packet copy_of(const Packet& packet, Hook hook) {
  Packet copy = packet;
  copy.ct.reset();
  copy.ct_reply = false;
  copy.ct_template.reset();
  copy.fields.clear(Field::ct_orig_src, Field::ct_repl_dst);
  copy.fields.clear(Field::ct_state, Field::ct_expire);
  copy.untracked = true;
  copy.fields.set(Field::ct_state, static_cast<unsigned>(CtState::untracked));
  copy.clone = true;
  copy.locally_sent = true;
  attach_socket(copy, nullptr);
  const bool arriving = hook == Hook::prerouting || hook == Hook::input;  // against loops of two hosts
  if (packet.family == Family::v4) {
    copy.bytes[6] |= 0x40;  // DF
    if (arriving) --copy.bytes[v4_ttl];
    fix_header_checksum(copy);
  } else if (arriving) {
    --copy.bytes[v6_hop_limit];
  }
  decode(copy);
  return copy;
}

std::unique_ptr<Target> make(const TargetUse& use, Family, World&) {
  const auto* gateway = use.get<AddressRange>("gateway");
  return make_effect([to = gateway ? gateway->low : u128{0}, device = std::string(use.text("oif"))](
                         Packet& packet, const Where& where, World& world) {
    if (packet.clone) return Outcome::next_rule;
    Packet copy = copy_of(packet, where.hook);
    copy.next_hop = to;
    copy.next_device = device;
    world.generated.push_back(std::move(copy));
    return Outcome::next_rule;
  });
}

}  // namespace

extern const TargetKind effect_TEE{"TEE", make};

}  // namespace fwsim
