#include "simulator/journey.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/helper.hh"
#include "simulator/icmp_error.hh"
#include "simulator/nat.hh"
#include "simulator/rewrite.hh"
#include "simulator/traverse.hh"

namespace fwsim {
namespace {

constexpr unsigned most_causes = 8;   // a reply to a reply to a reply ...: the kernel ends it sooner

bool error_about_connection(const Packet& p) {
  return p.ct && is_icmp_error(p) && p.fields.number(Field::ct_state) == static_cast<unsigned>(CtState::related);
}

unsigned pkttype(const Packet& p) { return static_cast<unsigned>(p.fields.number(Field::pkttype)); }

}  // namespace

// --- entering and leaving ---------------------------------------------------------------------

void Engine::Journey::enter(const std::string& in, const std::string& out) {
  in_ = in;
  out_ = out;
  p_.fields.set(Field::in_if, name_word(in));
  p_.fields.set(Field::out_if, name_word(out));
  const auto group = [&](Field field, const std::string& device) {
    const Interface* i = device.empty() ? nullptr : e_.host().find(device);
    if (i)
      p_.fields.set(field, i->group);
    else if (device.empty())
      p_.fields.clear(field);
    else
      p_.fields.set(field, 0);
  };
  group(Field::in_group, in);
  group(Field::out_group, out);
  note_addresses();
}

// For -m addrtype: the types as they are with the addresses of this moment.
void Engine::Journey::note_addresses() {
  FieldValues& f = p_.fields;
  const auto type = [&](Field address, const std::string& device) {
    return static_cast<unsigned>(e_.routing_->address_type(p_.family, f.get(address), device));
  };
  f.set(Field::src_type, type(Field::src, {}));
  f.set(Field::dst_type, type(Field::dst, {}));
  const auto limited = [&](Field field, Field address, const std::string& device) {
    if (device.empty())
      f.clear(field);
    else
      f.set(field, type(address, device));
  };
  limited(Field::src_type_in, Field::src, in_);
  limited(Field::dst_type_in, Field::dst, in_);
  limited(Field::src_type_out, Field::src, out_);
  limited(Field::dst_type_out, Field::dst, out_);
}

RouteKey Engine::Journey::key(bool locally) const {
  return {.family = p_.family,
          .src = p_.fields.get(Field::src),
          .dst = p_.fields.get(Field::dst),
          .mark = static_cast<std::uint32_t>(p_.fields.number(Field::mark)),
          .tos = static_cast<std::uint8_t>(p_.fields.number(Field::tos)),
          .in = locally ? std::string() : in_};
}

Result Engine::Journey::receive(const std::string& device) {
  World& world = e_.world_;
  r_.order = world.next_order();
  world.now = p_.time;
  p_.fields.set(Field::mark, p_.fields.number(Field::mark));
  if (!p_.fields.has(Field::pkttype)) p_.fields.set(Field::pkttype, 0);
  p_.fields.set(Field::cpu, 0);
  p_.fields.set(Field::ipsec, 0);
  r_.in_if = device;
  enter(device, {});
  if (pkttype(p_) == 3) {
    r_.fate = Fate::ignored;
    r_.reason = "its frame is for another host";
    return finish();
  }
  if (const std::string_view fault = arrival_fault(p_, device == "lo"); !fault.empty()) {
    r_.fate = Fate::ignored;
    r_.reason = std::string(fault);
    return finish();
  }
  if (hook(Hook::prerouting)) deliver_or_forward();
  return finish();
}

void Engine::Journey::deliver_or_forward() {
  note_addresses();
  const RouteResult route = e_.routing_->input(key(false));
  p_.fields.set(Field::realm, route.realm);
  switch (route.kind) {
    case RouteResult::Kind::local: return deliver();
    case RouteResult::Kind::forward:
    case RouteResult::Kind::out: return forward(route);
    case RouteResult::Kind::drop: drop(route.reason); return;
    case RouteResult::Kind::error:
      drop(route.reason);
      answer_with_error(route);
      return;
  }
}

// Fragments are not put together here, and what a rule says of one is not what it says of the whole.
bool Engine::Journey::give_up_on_fragment() {
  const bool fragment = p_.fields.number(Field::frag_off) != 0 ||
                        (p_.family == Family::v4 ? (be16(p_.all(), 6) & 0x2000) != 0 : p_.fields.number(Field::frag_more) != 0);
  if (!fragment) return false;
  r_.fate = Fate::unknown;
  r_.reason = "it is a fragment: the kernel judges the packet once it is whole, which is not simulated yet";
  return true;
}

void Engine::Journey::deliver() {
  if (p_.family == Family::v4 && give_up_on_fragment()) return;
  enter(in_, {});
  if (!hook(Hook::input)) return;
  r_.fate = Fate::delivered;
}

// Between input routing and FORWARD (ip_forward, ip6_forward).
void Engine::Journey::forward(const RouteResult& route) {
  const bool v4 = p_.family == Family::v4;
  if (pkttype(p_) != 0) {
    drop("only frames for this host alone are forwarded");
    return;
  }
  if (p_.fields.number(Field::ttl) <= 1) {
    drop("its TTL runs out here");
    error(v4 ? 11 : 3, 0, 0, "TTL exceeded");
    return;
  }
  const auto length = p_.fields.number(Field::length);
  const bool whole_only = !v4 || (be16(p_.all(), 6) & 0x4000) != 0;
  if (length > route.mtu && whole_only) {
    drop(fmt::format("{} bytes are too much for the MTU {} of {}", length, route.mtu, route.device));
    error(v4 ? 3 : 2, v4 ? 4 : 0, route.mtu, "packet too big");
    return;
  }
  set_field(p_, Field::ttl, p_.fields.number(Field::ttl) - 1);
  enter(in_, route.device);
  if (!hook(Hook::forward)) return;
  transmit(route, Fate::forwarded);
}

void Engine::Journey::transmit(const RouteResult& route, Fate fate) {
  enter(in_, route.device);
  if (!hook(Hook::postrouting)) return;
  r_.fate = fate;
  r_.out_if = route.device;
  r_.out.push_back({route.device, p_, e_.world_.next_order()});
}

Result Engine::Journey::send() {
  World& world = e_.world_;
  r_.order = world.next_order();
  world.now = p_.time;
  p_.locally_sent = true;
  p_.fields.set(Field::mark, p_.fields.number(Field::mark));
  p_.fields.set(Field::pkttype, 0);
  p_.fields.set(Field::cpu, 0);
  p_.fields.set(Field::ipsec, 0);
  RouteKey k = key(true);
  k.out = p_.next_device;
  if (p_.next_hop) k.dst = *p_.next_hop;
  RouteResult route = e_.routing_->output(k);
  if (route.kind != RouteResult::Kind::out && route.kind != RouteResult::Kind::local) {
    drop(route.reason.empty() ? "no route" : route.reason);
    return finish();
  }
  if (p_.fields.get(Field::src) == 0 && route.source != 0) {
    set_field(p_, Field::src, route.source);
    fix_checksums(p_);
    decode(p_);
  }
  enter({}, route.device);
  if (!hook(Hook::output) || !reroute(route)) return finish();
  transmit(route, Fate::sent);
  if (!stopped_ && r_.fate == Fate::sent && route.device == "lo") loop_back();
  return finish();
}

bool Engine::Journey::reroute(RouteResult& route) {
  if (p_.next_hop) return true;
  RouteResult again = e_.routing_->output(key(true));
  if (again.kind != RouteResult::Kind::out && again.kind != RouteResult::Kind::local)
    return drop(again.reason.empty() ? "no route after OUTPUT changed the packet" : again.reason, Hook::output);
  if (again.device != route.device)
    say(Hook::output, fmt::format("rerouted from {} to {}", route.device, again.device));
  route = std::move(again);
  return true;
}

// A packet for the host itself comes back by lo, with its connection still attached.
void Engine::Journey::loop_back() {
  r_.out.clear();
  p_.fields.clear(Field::uid, Field::gid);
  p_.fields.clear(Field::socket);
  enter("lo", {});
  if (!hook(Hook::prerouting)) return;
  note_addresses();
  const RouteResult route = e_.routing_->input(key(false));
  if (route.kind == RouteResult::Kind::local)
    deliver();
  else
    drop(route.reason);
}

// --- hooks ------------------------------------------------------------------------------------

bool Engine::Journey::hook(Hook hook) {
  World& world = e_.world_;
  r_.last_hook = hook;
  for (const Stage stage : stages(hook)) {
    switch (stage) {
      case Stage::defrag:
        if (e_.defrag_[static_cast<std::size_t>(p_.family)] && give_up_on_fragment()) return false;
        break;
      case Stage::conntrack:
        if (!world.conntrack.track(p_, hook == Hook::prerouting, world.now))
          return drop("the connection table is full", hook);
        p_.ct_template.reset();
        welcome_expected(world, p_);
        break;
      case Stage::confirm:
        if (!confirm(hook)) return false;
        break;
      default:
        if (!table(hook, *stage_table(stage))) return false;
    }
  }
  if (hook == Hook::prerouting || hook == Hook::output) note_connection();
  return true;
}

void Engine::Journey::note_connection() {
  if (!p_.fields.has(Field::ct_state)) return;
  r_.ct_state = static_cast<CtState>(p_.fields.number(Field::ct_state));
  r_.ct_reply = p_.ct_reply;
}

bool Engine::Journey::table(Hook hook, TableId id) {
  Program* program = e_.programs_[static_cast<std::size_t>(p_.family)][static_cast<std::size_t>(id)].get();
  if (id == TableId::nat) return nat(hook, program);
  if (!program) return true;
  Traversal t = traverse(*program, hook, p_, e_.world_, e_.options_.paths ? &r_.path : nullptr);
  std::move(t.undecided.begin(), t.undecided.end(), std::back_inserter(r_.undecided));
  run_generated("an answer of the ruleset");
  if (t.end == Traversal::End::accept) {
    if (t.by && (id == TableId::filter || !r_.decided_by)) r_.decided_by = t.by;
    return true;
  }
  if (t.end == Traversal::End::stolen) {
    r_.decided_by = t.by;
    r_.fate = Fate::stolen;
    r_.dropped_at = hook;
    stopped_ = true;
    return false;
  }
  return drop(t.reason, hook, t.by);
}

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

bool Engine::Journey::confirm(Hook hook) {
  Helped helped = help(e_.world_, p_, hook, out_, in_ == "lo");
  for (std::string& note : helped.notes) say(hook, std::move(note));
  if (helped.verdict == HelperVerdict::drop) return drop(std::move(helped.reason), hook);
  if (!e_.world_.conntrack.confirm(p_, e_.world_.now))
    return drop("another connection has the same addresses and ports after translation", hook);
  return true;
}

// --- ends -------------------------------------------------------------------------------------

bool Engine::Journey::drop(std::string reason, std::optional<Hook> at, std::optional<RuleRef> by) {
  r_.fate = Fate::dropped;
  r_.decided_by = by;
  r_.reason = std::move(reason);
  r_.dropped_at = at;
  stopped_ = true;
  return false;
}

void Engine::Journey::say(Hook hook, std::string note) {
  if (e_.options_.paths) r_.path.push_back({.hook = hook, .note = std::move(note)});
}

void Engine::Journey::answer_with_error(const RouteResult& route) {
  error(route.icmp_type, route.icmp_code, 0, "routing");
}

void Engine::Journey::error(unsigned type, unsigned code, std::uint32_t rest, const char* cause) {
  auto answer = make_icmp_error(p_, type, code, rest);
  if (!answer) return;
  e_.world_.generated.push_back(std::move(*answer));
  run_generated(cause);
}

void Engine::Journey::run_generated(const char* cause) {
  World& world = e_.world_;
  if (world.generated.empty()) return;
  std::vector<Packet> packets = std::exchange(world.generated, {});
  std::move(world.records.begin(), world.records.end(), std::back_inserter(r_.records));
  world.records.clear();
  for (Packet& packet : packets) {
    if (e_.depth_ >= most_causes) break;
    packet.time = world.now;
    packet.number = p_.number;
    // The source of an error is this host's address on the way to the sender, if none is set.
    ++e_.depth_;
    Result result = Journey(e_, std::move(packet)).send();
    --e_.depth_;
    result.cause = cause;
    r_.generated.push_back(std::move(result));
  }
}

Result Engine::Journey::finish() {
  World& world = e_.world_;
  std::move(world.records.begin(), world.records.end(), std::back_inserter(r_.records));
  world.records.clear();
  if (!r_.undecided.empty()) {
    r_.fate = Fate::unknown;
    r_.reason = r_.undecided.front().why;
  }
  r_.packet = std::move(p_);
  return std::move(r_);
}

}  // namespace fwsim
