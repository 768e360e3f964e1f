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

// Without a nat table the kernel has no hook here, and connections get not even a null binding.
bool Engine::Journey::nat(Hook hook, Program* program) {
  if (!p_.ct || !program) return true;
  if (error_about_connection(p_)) {
    if (!apply_nat_to_error(p_, hook)) return drop("an ICMP error about a translated connection cannot be translated", hook);
    note_addresses();
    return true;
  }
  const auto state = static_cast<CtState>(p_.fields.number(Field::ct_state));
  const bool first = state == CtState::fresh || state == CtState::related;
  if (first && !nat_done(*p_.ct, manip_of(hook))) {
    if (!choose_mapping(hook, *program)) return false;
  } else if (leaves_elsewhere(hook)) {
    e_.world_.conntrack.forget(p_.ct);
    return drop(fmt::format("its connection was masqueraded on {}", e_.world_.conntrack.masquerade_device(*p_.ct)), hook);
  }
  if (!apply_nat(p_, hook)) return drop("it cannot be translated", hook);
  Conntrack::describe(p_, e_.world_.now);
  note_addresses();
  return true;
}

// The route of a masqueraded connection has changed: its source address is the wrong one.
bool Engine::Journey::leaves_elsewhere(Hook hook) const {
  const std::string& device = e_.world_.conntrack.masquerade_device(*p_.ct);
  return hook == Hook::postrouting && !p_.ct_reply && !device.empty() && device != out_;
}

bool Engine::Journey::choose_mapping(Hook hook, Program& program) {
  unfix();
  World& world = e_.world_;
  Traversal t = traverse(program, hook, p_, world, e_.options_.paths ? &r_.path : nullptr);
  std::move(t.undecided.begin(), t.undecided.end(), std::back_inserter(r_.undecided));
  if (t.end == Traversal::End::drop) return drop(t.reason, hook, t.by);
  if (t.end == Traversal::End::nat && !map(hook, *t.nat, *t.by)) return false;
  if (!nat_done(*p_.ct, manip_of(hook))) setup_nat(*p_.ct, manip_of(hook), {}, world.conntrack, world.random, world.now);
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
      if (p_.family == Family::v4 && p_.ct->original().src == 0) return true;  // DHCP of this host
      const RouteResult route = e_.routing_->output({.family = p_.family, .dst = p_.fields.get(Field::dst),
                                                     .mark = static_cast<std::uint32_t>(p_.fields.number(Field::mark)), .out = out_});
      const auto address = e_.routing_->masquerade_address(
          p_.family, out_, p_.family == Family::v4 ? route.gateway.value_or(p_.fields.get(Field::dst)) : p_.fields.get(Field::dst));
      if (!address) return drop(fmt::format("MASQUERADE finds no address on {}", out_), hook, by);
      range.address = one(*address);
      if ((p_.ct->status & ct_confirmed) == 0) world.conntrack.set_masquerade_device(*p_.ct, out_);
      break;
    }
    case Nat::Kind::redirect: {
      const auto address = hook == Hook::output ? std::optional<u128>(p_.family == Family::v4 ? u128{0x7f000001} : u128{1})
                                                : e_.routing_->first_address(p_.family, in_, p_.fields.get(Field::dst));
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
