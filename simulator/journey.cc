// The hooks: the stages of each, and what a packet shows to the rules there.
#include "simulator/journey.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/helper.hh"
#include "simulator/synproxy.hh"
#include "simulator/trail.hh"
#include "simulator/traverse.hh"

namespace fwsim {

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

// The types as they are with the addresses of this moment: where it goes is of interest to the kernel, the others only to
// -m addrtype.
void Engine::Journey::note_addresses() {
  FieldValues& f = p_.fields;
  const auto type = [&](Field address, const std::string& device) {
    return static_cast<unsigned>(e_.routing_->address_type(p_.family, f.get(address), device));
  };
  if (typed_ != f.get(Field::dst)) f.set(Field::dst_type, type(Field::dst, {}));
  typed_ = f.get(Field::dst);
  if (!e_.asks_address_types_[static_cast<std::size_t>(p_.family)]) return;
  f.set(Field::src_type, type(Field::src, {}));
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
          .in = locally ? std::string() : in_,
          .proto = static_cast<std::uint8_t>(p_.protocol == no_protocol ? 0 : p_.protocol),
          // Fragments are not looked into, not even the first one.
          .sport = static_cast<std::uint16_t>(is_fragment(p_) ? 0 : p_.fields.number(Field::sport)),
          .dport = static_cast<std::uint16_t>(is_fragment(p_) ? 0 : p_.fields.number(Field::dport)),
          .uid = static_cast<std::uint32_t>(locally ? p_.fields.number(Field::uid) : 0)};
}

bool Engine::Journey::hook(Hook hook) {
  r_.last_hook = hook;
  for (const Stage stage : stages(hook)) {
    switch (stage) {
      case Stage::defrag:
        if (!defragment(hook)) return false;
        break;
      case Stage::conntrack:
        if (!track(hook)) return false;
        break;
      case Stage::confirm:
        if (!confirm(hook)) return false;
        break;
      default: {
        const bool may_reroute = hook == Hook::output && (stage == Stage::mangle || stage == Stage::nat);
        const std::optional<RouteKey> before = may_reroute ? std::optional(key(true)) : std::nullopt;
        const auto ttl = static_cast<unsigned>(p_.fields.number(Field::ttl));
        if (!table(hook, *stage_table(stage))) return false;
        if (before && route_changed(stage, *before, ttl) && !reroute()) return false;
      }
    }
  }
  if (hook == Hook::prerouting || hook == Hook::output) note_connection();
  return true;
}

// The clock, and what the kernel notes beside each packet (0 where nobody said otherwise).
void Engine::Journey::begin() {
  World& world = e_.world_;
  world.now = p_.time;
  expire_fragments();
  r_.order = world.next_order();
  for (const Field f : {Field::mark, Field::pkttype}) p_.fields.set(f, p_.fields.number(f));
  for (const Field f : {Field::cpu, Field::ipsec}) p_.fields.set(f, 0);
}

void Engine::Journey::at_hook(Hook at, const std::string& in, const std::string& out) {
  begin();
  p_.arrived = at == Hook::prerouting || p_.arrived;
  p_.locally_sent = at == Hook::output || p_.locally_sent;
  if (!in.empty()) r_.in_if = in;
  enter(in, out);
  const std::size_t undecided_before = r_.undecided.size();
  if (hook(at)) r_.fate = Fate::forwarded;
  finish(undecided_before);
}

bool Engine::Journey::track(Hook hook) {
  Tracked tracked = e_.world_.conntrack.track(p_, hook == Hook::prerouting, e_.world_.now);
  if (tracked.dropped) return drop("the connection table is full", hook);
  if (!tracked.unknown.empty()) {
    r_.fate = Fate::unknown;
    r_.reason = std::move(tracked.unknown);
    stopped_ = true;
    return false;
  }
  p_.ct_template.reset();
  welcome_expected(e_.world_, p_);
  return true;
}

void Engine::Journey::note_connection() {
  if (!p_.fields.has(Field::ct_state) || !e_.world_.conntrack.active[static_cast<std::size_t>(p_.family)]) return;
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

// Before the confirmation: the handshake and the numbers of connections that SYNPROXY made.
bool Engine::Journey::proxy(Hook hook) {
  if (!p_.ct || !p_.ct->ext().synproxy || p_.protocol != 6 || in_ == "lo") return true;
  const auto send = [&](Packet packet) {
    e_.world_.generated.push_back(std::move(packet));
    run_generated("SYNPROXY");
  };
  switch (synproxy_hook(p_, e_.world_, send)) {
    case SynproxyVerdict::accept: return true;
    case SynproxyVerdict::drop: return drop("SYNPROXY did not give out that cookie", hook);
    case SynproxyVerdict::stolen: r_.fate = Fate::stolen; break;
    case SynproxyVerdict::unknown:
      r_.fate = Fate::unknown;
      r_.reason = "how long SYNPROXY's cookie is good depends on the kernel's clock";
      break;
  }
  r_.dropped_at = hook;
  stopped_ = true;
  return false;
}

bool Engine::Journey::confirm(Hook hook) {
  if (FlowTrail* trail = e_.world_.trail; trail && p_.ct && (p_.ct->status & ct_confirmed) == 0) trail->opened = true;
  if (!proxy(hook)) return false;
  Helped helped = help(e_.world_, p_, hook, out_, in_ == "lo");
  for (std::string& note : helped.notes) say(hook, std::move(note));
  if (helped.verdict == HelperVerdict::drop) return drop(std::move(helped.reason), hook);
  if (!e_.world_.conntrack.confirm(p_, e_.world_.now))
    return drop("another connection has the same addresses and ports after translation", hook);
  return true;
}

}  // namespace fwsim
