// What one host does to packets on their way (Flights): whether that can be told, what it rewrites, and to whom it hands them.
#include <fmt/format.h>

#include <algorithm>

#include "lint/explore_run.hh"
#include "lint/network/flights.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

const Nat* nat_of(const Symbolic& rules, const RuleId& id, Family family, Actions& storage) {
  const SymbolicRule* rule = rules.rule(id);
  const auto* use = rule ? std::get_if<TargetUse>(&rules.source(id).target) : nullptr;
  if (!use) return nullptr;
  storage = actions_of(*use, family);
  for (const Action& action : storage)
    if (const Nat* nat = std::get_if<Nat>(&action)) return nat;
  return nullptr;
}

std::string place_text(const Symbolic& rules, const RuleId& id) { return fmt::format("{} ({}:{})", rules.name(id), rules.ruleset->file, rules.line(id)); }

// The first reason for which it cannot be told that packets come to this leaf.
std::string doubt_of(const Explorer& explorer, const Leaf& leaf) {
  std::string first;
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) {
    if (t->kind == Trail::Kind::vague) first = fmt::format("whether {} takes them cannot be told", place_text(explorer.rules(), t->rule));
    if (t->kind == Trail::Kind::choice && t->pick != 0) first = fmt::format("what becomes of them by {} cannot be told", place_text(explorer.rules(), t->rule));
    if (t->kind == Trail::Kind::change && t->by && t->by->kind == Change::Kind::set && !t->by->values.single())
      first = fmt::format("what {} makes of them is the kernel's choice", place_text(explorer.rules(), t->rule));
  }
  if (first.empty() && leaf.by) first = fmt::format("what {} does cannot be told", place_text(explorer.rules(), *leaf.by));
  return first;
}

std::string end_text(Family family, const std::optional<u128>& address, const std::optional<u128>& port) {
  if (!address) return port ? fmt::format("port {}", static_cast<unsigned>(*port)) : "another address";
  const std::string text = address_text(family, *address);
  if (!port) return text;
  return fmt::format(fmt::runtime(family == Family::v4 ? "{}:{}" : "[{}]:{}"), text, static_cast<unsigned>(*port));
}

}  // namespace

void Flights::judge(const Visit& visit, const Leaf& leaf, Moving& moving) const {
  if (moving.may) return;
  const Space& space = rules_.space();
  if (unsure(visit.explorer, leaf)) {
    moving.may = true;
    moving.doubt = fmt::format("{}: {}", name(visit.host), doubt_of(visit.explorer, leaf));
    return;
  }
  // What rules ask for that packets do not show on the wire: as they came, and as a rewrite has left it.
  const auto ask = [&](Var v) {
    if (moving.may) return;
    moving.may = true;
    const Variable& var = space[v];
    if (var.kind == Variable::Kind::boolean)
      moving.doubt = fmt::format("{}: whether '-m {}' takes them cannot be told", name(visit.host), var.text);
    else
      moving.doubt = fmt::format("{}: its rules ask for the {} that they have there, which is not known", name(visit.host), field_name(var.field));
  };
  Piece piece = *leaf.piece;
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) {
    if (t->kind != Trail::Kind::change) continue;
    if (t->by && t->by->kind == Change::Kind::set && !t->by->values.single() && !piece[t->var].covers(t->by->values)) ask(t->var);
    piece[t->var] = t->map ? preimage(*t->map, piece[t->var], t->was) : t->was;
  }
  for (Var v = 0; v < space.vars().size(); ++v) {
    const Field field = space[v].field;
    if (field == Field::ct_state || field == Field::out_if || (is_carried(field) && !moving.loose.contains(v))) continue;
    if (!piece[v].covers(visit.arrived[v] & fresh_[v])) ask(v);
  }
}

Stay Flights::stay_of(const Visit& visit, const Leaf& leaf, Way way) const {
  Stay stay{.before = visit.moving.last, .hop = {.host = visit.host, .in = visit.in, .out = {}, .out_link = {}}, .way = way,
            .arrived = visit.arrived, .left = *leaf.piece, .trail = leaf.trail};
  stay.hop.by = decider(leaf);
  stay.hop.place = place_of(visit.explorer.rules(), stay.hop.by);
  stay.hop.fate = leaf.outcome;
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    stay.rewritten = stay.rewritten || (t->kind == Trail::Kind::change && is_carried(rules_.space()[t->var].field));
  return stay;
}

void Flights::stop(const Visit& visit, Way way, const Leaf& leaf) {
  Moving moving = visit.moving;
  judge(visit, leaf, moving);
  Stay stay = stay_of(visit, leaf, way);
  translate(visit, stay, moving);
  RangeFlight flight{.end = LegEnd::stopped, .why = {}};
  if (leaf.outcome != PieceFate::dropped && leaf.outcome != PieceFate::rejected) {
    flight.end = LegEnd::unknown;
    flight.why = leaf.outcome == PieceFate::queued     ? "what the program does with them is not followed"
                 : leaf.outcome == PieceFate::diverted ? "what the socket does with them is not followed"
                                                       : "what becomes of them is not known";
  }
  flight.last = std::make_shared<const Stay>(std::move(stay));
  end(moving, std::move(flight));
}

// What the rules of the nat tables made of addresses and ports, and which of them is not told.
void Flights::translate(const Visit& visit, Stay& stay, Moving& moving) const {
  const Space& space = rules_.space();
  const Symbolic& rules = visit.explorer.rules();
  std::vector<RuleId> told;
  for (const Trail* t = stay.trail.get(); t; t = t->before.get()) {
    if (t->kind != Trail::Kind::change || !t->by || !is_carried(space[t->var].field)) continue;
    if (t->by->kind == Change::Kind::set && !t->by->values.single() && !stay.left[t->var].single()) moving.loose.insert(t->var);
    if (t->rule.table != TableId::nat || std::find(told.begin(), told.end(), t->rule) != told.end()) continue;
    told.push_back(t->rule);
    Actions storage;
    const Nat* nat = nat_of(rules, t->rule, rules_.family(), storage);
    if (!nat) continue;
    const bool source = nat->kind == Nat::Kind::snat || nat->kind == Nat::Kind::masquerade ||
                        (nat->kind == Nat::Kind::netmap && space[t->var].field == Field::src);
    const Var address = space.of(source ? Field::src : Field::dst), port = space.of(source ? Field::sport : Field::dport);
    if (nat->random && port != no_var) {
      stay.left[port] = space.present(port);
      moving.loose.insert(port);
    }
    std::optional<u128> to, to_port;
    const auto single = [&](Var v) -> std::optional<u128> {
      const std::vector<Range> ranges = v == no_var ? std::vector<Range>{} : space.ranges(v, stay.left[v]);
      return ranges.size() == 1 && ranges[0].low == ranges[0].high ? std::optional<u128>(ranges[0].low) : std::nullopt;
    };
    if (nat->address || nat->kind != Nat::Kind::dnat) to = single(address);
    if (nat->ports) to_port = single(port);
    stay.hop.translations.push_back({source, t->rule, place_of(rules, t->rule), end_text(rules_.family(), to, to_port)});
  }
  std::reverse(stay.hop.translations.begin(), stay.hop.translations.end());
}

void Flights::leave(const Visit& visit, const Leaf& leaf, Way way, const Decision& route) {
  const Space& space = rules_.space();
  Moving moving = visit.moving;
  judge(visit, leaf, moving);
  Stay stay = stay_of(visit, leaf, way);
  if (way == Way::input) {
    translate(visit, stay, moving);
    RangeFlight flight{.end = LegEnd::host, .why = {}};
    flight.last = std::make_shared<const Stay>(std::move(stay));
    return end(moving, std::move(flight));
  }
  stay.hop.out = route.device;
  stay.hop.out_link = rules_.net().link_of(visit.host, route.device);
  const auto anew = [&](const Trail& t) { return t.kind == Trail::Kind::change && (space[t.var].field == Field::dst || space[t.var].field == Field::mark); };
  bool again = false;
  for (const Trail* t = leaf.trail.get(); t && way == Way::output; t = t->before.get()) again = again || anew(*t);
  if (!stay.hop.out_link || again) {
    RangeFlight flight{.end = LegEnd::unknown, .why = again ? "routes them anew after it has rewritten them, which is not followed for many packets" : "has no such device"};
    flight.last = std::make_shared<const Stay>(std::move(stay));
    return end(moving, std::move(flight));
  }
  for (auto& [piece, several] : masqueraded(stay, route)) {
    Stay one = stay;
    one.left = std::move(piece);
    Moving onward = moving;
    if (one.left[space.of(Field::src)].empty()) {
      one.left = stay.left;
      RangeFlight flight{.end = LegEnd::unknown, .why = fmt::format("MASQUERADE finds no address on {}", route.device)};
      flight.last = std::make_shared<const Stay>(std::move(one));
      end(onward, std::move(flight));
      continue;
    }
    translate(visit, one, onward);
    if (several) onward.loose.insert(space.of(Field::src));
    onward.wire = carried(one.left, whole(space));
    hand_on(std::move(onward), std::move(one), route.gateway);
  }
}

// The packets with the address that MASQUERADE takes on the device; whether it is one of several.
std::vector<std::pair<Piece, bool>> Flights::masqueraded(const Stay& stay, const Decision& route) const {
  const Space& space = rules_.space();
  const Family family = rules_.family();
  const Engine& engine = rules_.net().engine(stay.hop.host);
  const Symbolic& rules = rules_.explorer(stay.hop.host).rules();
  const Var src = space.of(Field::src), dst = space.of(Field::dst);
  bool found = false;
  for (const Trail* t = stay.trail.get(); t && !found; t = t->before.get()) {
    Actions storage;
    if (t->kind != Trail::Kind::change || t->var != src || !t->by || t->rule.table != TableId::nat) continue;
    const Nat* nat = nat_of(rules, t->rule, family, storage);
    found = nat && nat->kind == Nat::Kind::masquerade;
  }
  if (!found) return {{stay.left, false}};
  // Of several IPv6 addresses the one that suits the destination best: which, its bits say.
  std::vector<AtomInterval> addresses;
  if (const Interface* device = engine.host().find(route.device); device && family == Family::v6)
    for (const InterfaceAddress& a : device->addresses)
      if (a.family == family) addresses.push_back({space.atom_of(src, a.address), space.atom_of(src, a.address)});
  Piece piece = stay.left;
  if (addresses.size() > 1) {
    piece[src] = AtomSet::of(std::move(addresses));
    return {{std::move(piece), true}};
  }
  std::map<std::optional<u128>, std::vector<AtomInterval>> taken;
  for (const AtomInterval& interval : stay.left[dst].intervals())
    for (Atom atom = interval.low; atom <= interval.high; ++atom) {
      const u128 to = space.example(dst, atom);
      const RouteResult again = engine.routing().output({.family = family, .dst = to, .out = route.device});
      taken[engine.routing().masquerade_address(family, route.device, family == Family::v4 ? again.gateway.value_or(to) : to)].push_back({atom, atom});
    }
  std::vector<std::pair<Piece, bool>> out;
  for (auto& [address, destinations] : taken) {
    piece[dst] = AtomSet::of(std::move(destinations));
    piece[src] = address ? AtomSet::one(space.atom_of(src, *address)) : AtomSet();
    out.emplace_back(piece, false);
  }
  return out;
}

// To whoever on the link has the next hop.
void Flights::hand_on(Moving moving, Stay stay, const std::optional<u128>& gateway) {
  const Internetwork& net = rules_.net();
  const Space& space = rules_.space();
  const Var src = space.of(Field::src), dst = space.of(Field::dst);
  const LinkEnd& sender = net.end_of(stay.hop.host, *stay.hop.out_link);
  const auto link = *stay.hop.out_link;
  ByAddress takers(space, [&](u128 from, u128 to) { return next_taker(net, rules_.family(), sender, link, gateway, from, to); });
  // A neighbour is asked with the packet's source where that is the host's own, and else with the same address for all.
  const AtomSet own = moving.wire[src] & space.in(src, rules_.own_addresses(stay.hop.host)), others = moving.wire[src] - own;
  std::vector<Sector> sectors;
  if (auto found = own.empty() ? std::nullopt : split(takers, own, moving.wire[dst])) sectors = std::move(*found);
  if (const auto found = others.empty() ? std::nullopt : split(takers, AtomSet::one(others.first()), moving.wire[dst]))
    for (const Sector& sector : *found) sectors.push_back({others, sector.dst, sector.decision});
  for (const Sector& sector : sectors) {
    Moving next = moving;
    Stay here = stay;
    for (const auto& [v, set] : {std::pair{src, sector.src}, std::pair{dst, sector.dst}}) {
      if (!next.may && next.loose.contains(v) && !set.covers(next.wire[v])) {
        next.may = true;
        next.doubt = fmt::format("{}: which address they have after it is the kernel's choice", name(here.hop.host));
      }
      next.wire[v] = set;
      here.left[v] = set;
    }
    next.last = std::make_shared<const Stay>(std::move(here));
    next.at = sector.decision.end;
    if (next.at)
      moving_.push_back(std::move(next));
    else
      end(next, {.last = next.last, .end = sector.decision.leg, .why = sector.decision.why, .link = link, .next_hop = sector.decision.gateway});
  }
}

}  // namespace fwsim
