// The nat tables, and translation of every later packet (net/netfilter/nf_nat_core.c).
#include "simulator/journey.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/nat.hh"
#include "simulator/traverse.hh"

namespace fwsim {
namespace {

bool error_about_connection(const Packet& p) {
  return p.ct && is_icmp_error(p) && p.fields.number(Field::ct_state) == static_cast<unsigned>(CtState::related);
}

}  // namespace

bool Engine::Journey::nat(Hook hook, Program* program) {
  if (!p_.ct) return true;
  if (error_about_connection(p_)) {
    if (!apply_nat_to_error(p_, hook)) return drop("an ICMP error about a translated connection cannot be translated", hook);
    note_addresses();
    return true;
  }
  const auto state = static_cast<CtState>(p_.fields.number(Field::ct_state));
  const Manip manip = manip_of(hook);
  if ((state == CtState::fresh || state == CtState::related) && !nat_done(*p_.ct, manip)) {
    World& world = e_.world_;
    Traversal t;
    if (program) {
      t = traverse(*program, hook, p_, world, e_.options_.paths ? &r_.path : nullptr);
      std::move(t.undecided.begin(), t.undecided.end(), std::back_inserter(r_.undecided));
    }
    if (t.end == Traversal::End::drop) return drop(t.reason, hook, t.by);
    if (t.end == Traversal::End::nat) {
      if (!map(hook, *t.nat, *t.by)) return false;
    } else if (!nat_done(*p_.ct, manip)) {
      setup_nat(*p_.ct, manip, {}, world.conntrack, world.random, world.now);
    }
  }
  apply_nat(p_, hook);
  Conntrack::describe(p_, e_.world_.now);
  note_addresses();
  return true;
}

// The mapping that a rule asks for, in addresses of this host.
bool Engine::Journey::map(Hook hook, const Nat& nat, const RuleRef& by) {
  World& world = e_.world_;
  NatRange range{.address = nat.address, .ports = nat.ports, .base = nat.port_base, .random = nat.random,
                 .persistent = nat.persistent};
  const auto one = [](u128 a) { return Range{a, a}; };
  switch (nat.kind) {
    case Nat::Kind::snat:
    case Nat::Kind::dnat: break;
    case Nat::Kind::masquerade: {
      if (p_.fields.get(Field::src) == 0) return true;
      const RouteResult route = e_.routing_->output({.family = p_.family, .dst = p_.fields.get(Field::dst),
                                                     .mark = static_cast<std::uint32_t>(p_.fields.number(Field::mark)), .out = out_});
      const auto address = e_.routing_->masquerade_address(
          p_.family, out_, p_.family == Family::v4 ? route.gateway.value_or(p_.fields.get(Field::dst)) : p_.fields.get(Field::dst));
      if (!address) return drop(fmt::format("MASQUERADE finds no address on {}", out_), hook, by);
      range.address = one(*address);
      break;
    }
    case Nat::Kind::redirect: {
      const auto address = hook == Hook::output ? std::optional<u128>(p_.family == Family::v4 ? u128{0x7f000001} : u128{1})
                                                : e_.routing_->first_address(p_.family, in_);
      if (!address) return drop(fmt::format("REDIRECT finds no address on {}", in_), hook, by);
      range.address = one(*address);
      break;
    }
    case Nat::Kind::netmap: {
      const u128 old = p_.fields.get(manip_of(hook) == Manip::destination ? Field::dst : Field::src);
      const u128 to = (old & ~nat.netmap_mask & address_mask(p_.family)) | (nat.address->low & nat.netmap_mask);
      range.address = one(to);
      break;
    }
  }
  setup_nat(*p_.ct, manip_of(hook), range, world.conntrack, world.random, world.now);
  return true;
}

}  // namespace fwsim
