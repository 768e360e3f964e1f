// CT and NOTRACK: what conntrack shall do with the packet. The first such rule wins; packets that
// have a connection already (loopback) are left alone. net/netfilter/xt_CT.c
#include "simulator/ct_template.hh"
#include "simulator/effect.hh"
#include "simulator/packet.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t zone_of_mark = 0x10000;

bool decided(const Packet& packet) { return packet.ct || packet.untracked || packet.ct_template; }

Outcome untrack(Packet& packet, const Where&, World&) {
  if (!decided(packet)) {
    packet.untracked = true;
    packet.fields.set(Field::ct_state, static_cast<unsigned>(CtState::untracked));
  }
  return Outcome::next_rule;
}

CtTemplate read_template(const TargetUse& use) {
  using Zones = CtTemplate::Zones;
  CtTemplate t;
  for (const auto& [option, zones] :
       {std::pair{"zone", Zones::both}, std::pair{"zone-orig", Zones::original}, std::pair{"zone-reply", Zones::reply}})
    if (use.has(option)) {
      t.zones = zones;
      t.zone_from_mark = use.number(option) == zone_of_mark;
      t.zone = t.zone_from_mark ? std::uint16_t{0} : static_cast<std::uint16_t>(use.number(option));
    }
  t.helper = use.text("helper");
  t.timeout = use.text("timeout");
  return t;
}

std::unique_ptr<Target> make_ct(const TargetUse& use, Family, World&) {
  if (use.has("notrack")) return make_effect(untrack);
  return make_effect(
      [t = std::make_shared<const CtTemplate>(read_template(use))](Packet& packet, const Where&, World&) {
        if (!decided(packet)) {
          packet.ct_template = t;
          // A template looks like a new connection to the rest of the table.
          packet.fields.set(Field::ct_state, static_cast<unsigned>(CtState::fresh));
        }
        return Outcome::next_rule;
      });
}

std::unique_ptr<Target> make_notrack(const TargetUse&, Family, World&) { return make_effect(untrack); }

}  // namespace

extern const TargetKind effect_CT{"CT", make_ct};
extern const TargetKind effect_NOTRACK{"NOTRACK", make_notrack};

}  // namespace fwsim
