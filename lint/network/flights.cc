#include "lint/network/flights.hh"

#include <fmt/format.h>

#include <algorithm>

#include "model/names.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_visits = 20'000;
constexpr std::size_t most_stays = 32;
constexpr std::size_t most_rest = 4'000;   // pieces of what is not accounted for

ExploreOptions exactly(bool until_routing = false) { return {.apart = true, .until_routing = until_routing}; }

bool is_void(const Piece& piece) {
  return std::any_of(piece.begin(), piece.end(), [](const AtomSet& set) { return set.empty(); });
}

}  // namespace

std::vector<const Stay*> RangeFlight::stays() const {
  std::vector<const Stay*> out;
  for (const Stay* stay = last.get(); stay; stay = stay->before.get()) out.push_back(stay);
  std::reverse(out.begin(), out.end());
  return out;
}

Flights::Flights(const JointRules& rules) : rules_(rules), fresh_(whole(rules.space())) {
  const Var state = rules.space().of(Field::ct_state);
  const Atom fresh = rules.space().atom_of(state, 1);
  for (const Pred& law : conntrack_laws(rules.family(), {}))
    for (const Box& box : lower(rules.space(), law).boxes) {
      if (box.limits.size() != 2 || !box.find(state) || !box.find(state)->contains(fresh)) continue;
      for (const auto& [v, set] : box.limits)
        if (v != state && !is_carried(rules.space()[v].field)) fresh_[v] = fresh_[v] - set;
    }
}

bool Flights::is_carried(Field field) {
  constexpr Field list[] = {Field::src,  Field::dst,      Field::proto,  Field::sport, Field::dport, Field::tcp_flags,
                            Field::icmp, Field::frag_off, Field::l4_len, Field::tos,   Field::length};
  return std::find(std::begin(list), std::end(list), field) != std::end(list);
}

Piece Flights::carried(const Piece& from, Piece into) const {
  for (Var v = 0; v < into.size(); ++v)
    if (is_carried(rules_.space()[v].field)) into[v] = into[v] & from[v];
  return into;
}

Piece Flights::begin_at(const Explorer& explorer, Way way, const Piece& wire, const std::string& in) const {
  const Space& space = rules_.space();
  Piece piece = carried(wire, explorer.plan(way).start);
  if (!in.empty()) piece[space.of(Field::in_if)] = piece[space.of(Field::in_if)] & rules_.device_atom(Field::in_if, in);
  // The first of a connection; NOTRACK may hide it.
  const Var state = space.of(Field::ct_state);
  if (!(piece[state] == AtomSet::one(space[state].absent()))) piece[state] = piece[state] & space.in(state, {{1, 1}, {4, 4}});
  return piece;
}

bool Flights::follow(const PathPlace& from, std::vector<Piece> pieces, const std::function<void(const RangeFlight&)>& see) {
  see_ = see;
  complete_ = true;
  work_ = 0;
  for (const Piece& piece : pieces) {
    if (from.host)
      send(from, piece);
    else
      put_on_link(from, piece);
    while (!moving_.empty() && work_ < most_visits) {
      Moving next = std::move(moving_.back());
      moving_.pop_back();
      arrive(std::move(next));
    }
    complete_ = complete_ && moving_.empty();
    moving_.clear();
  }
  return complete_;
}

void Flights::put_on_link(const PathPlace& from, const Piece& piece) {
  const Space& space = rules_.space();
  ByAddress takers(space, [&](u128 src, u128 dst) { return first_taker(rules_.net(), rules_.family(), from.link, src, dst); });
  const auto sectors = split(takers, piece[space.of(Field::src)], piece[space.of(Field::dst)]);
  if (!sectors) return;
  for (const Sector& sector : *sectors) {
    Moving moving{.from = from, .last = nullptr, .wire = piece, .at = sector.decision.end, .loose = {}};
    moving.wire[space.of(Field::src)] = sector.src;
    moving.wire[space.of(Field::dst)] = sector.dst;
    if (moving.at)
      moving_.push_back(std::move(moving));
    else
      end(moving, {.piece = moving.wire, .end = sector.decision.leg, .why = sector.decision.why, .link = from.link, .next_hop = sector.decision.gateway});
  }
}

void Flights::send(const PathPlace& from, const Piece& piece) {
  const Space& space = rules_.space();
  const Var src = space.of(Field::src), dst = space.of(Field::dst), out = space.of(Field::out_if);
  Moving moving{.from = from, .last = nullptr, .wire = piece, .loose = {}};
  const std::size_t host = *from.host;
  const Explorer& explorer = rules_.explorer(host);
  const Visit visit{moving, explorer, host, {}, begin_at(explorer, Way::output, piece, {})};
  const auto sectors = routes(host, {}, piece[src], piece[dst]);
  if (!sectors || is_void(visit.arrived)) return unaccounted(visit, piece, {});
  for (const Sector& sector : *sectors) {
    Piece part = visit.arrived;
    part[src] = part[src] & sector.src;
    part[dst] = part[dst] & sector.dst;
    if (is_void(part)) continue;
    const Decision& route = sector.decision;
    const Leaf unsent{.piece = &part, .trail = {}};
    if (route.kind != Decision::Kind::on) {
      const bool itself = route.kind == Decision::Kind::local;
      RangeFlight flight{.end = route.kind == Decision::Kind::stop ? LegEnd::stopped : LegEnd::unknown,
                    .why = itself ? "sends it to itself by lo, which is not followed here" : route.why};
      flight.last = std::make_shared<const Stay>(stay_of(visit, unsent, Way::output));
      end(moving, std::move(flight));
      continue;
    }
    part[out] = part[out] & rules_.device_atom(Field::out_if, route.device);
    std::vector<Piece> seen;
    if (!is_void(part))
      complete_ = explorer.explore(Way::output, part, [&](const Leaf& leaf) {
        const std::vector<Piece> origins = explorer.origins(Way::output, leaf);
        if (origins.empty()) return true;
        seen.insert(seen.end(), origins.begin(), origins.end());
        if (leaf.outcome == PieceFate::passed)
          leave(visit, leaf, Way::output, route);
        else
          stop(visit, Way::output, leaf);
        return true;
      }, exactly()) && complete_;
    Piece all = visit.arrived;
    all[src] = all[src] & sector.src;
    all[dst] = all[dst] & sector.dst;
    unaccounted(visit, all, seen);
  }
}

// Routes and rules do the same with the same packet again, until it has no hops left.
bool Flights::goes_round(const Moving& moving) {
  const Visit visit{moving, rules_.explorer(moving.at->host), moving.at->host, moving.at->device, {}};
  bool rewritten = false;
  std::optional<std::size_t> round;
  std::size_t before = 0;
  for (const Stay* stay = moving.last.get(); stay; stay = stay->before.get()) {
    rewritten = rewritten || stay->rewritten;
    if (!round && !rewritten && stay->hop.host == visit.host && stay->hop.in == visit.in) round = before;
    ++before;
  }
  if (!round && before < most_stays) return false;
  RangeFlight flight{.last = moving.last, .end = LegEnd::unknown, .why = fmt::format("they have passed {} hosts, and go on", before)};
  if (round) {
    flight.end = LegEnd::stopped;
    flight.why = "its TTL runs out";
    flight.loop = before - 1 - *round;
    if (rules_.space().of(Field::ttl) != no_var) {
      flight.may = true;
      flight.doubt = "rules on the way test the TTL";
    }
  }
  end(moving, std::move(flight));
  return true;
}

void Flights::arrive(Moving moving) {
  ++work_;
  if (goes_round(moving)) return;
  const std::size_t host = moving.at->host;
  const Explorer& explorer = rules_.explorer(host);
  const Visit visit{moving, explorer, host, moving.at->device, begin_at(explorer, Way::forward, moving.wire, moving.at->device)};
  for (const Stay* stay = moving.last.get(); stay; stay = stay->before.get())
    if (stay->hop.host == host && explorer.rules().translates && !moving.may) {
      moving.may = true;
      moving.doubt = fmt::format("they come to {} once more, which has translated their connection or not", name(host));
    }
  if (is_void(visit.arrived)) return unaccounted(visit, moving.wire, {});
  std::vector<Piece> seen;
  std::vector<std::pair<Piece, TrailPtr>> routed;
  std::vector<bool> vague;
  complete_ = explorer.explore(Way::forward, visit.arrived, [&](const Leaf& leaf) {
    const std::vector<Piece> origins = explorer.origins(Way::forward, leaf);
    if (origins.empty()) return true;
    seen.insert(seen.end(), origins.begin(), origins.end());
    if (leaf.outcome == PieceFate::passed) {
      routed.emplace_back(*leaf.piece, leaf.trail);
      vague.push_back(leaf.vague);
    } else {
      stop(visit, Way::forward, leaf);
    }
    return true;
  }, exactly(true)) && complete_;
  for (std::size_t i = 0; i < routed.size(); ++i)
    decide(visit, {.outcome = PieceFate::passed, .piece = &routed[i].first, .trail = routed[i].second, .vague = vague[i]});
  unaccounted(visit, visit.arrived, seen);
}

// Where the host routes what came so far.
void Flights::decide(const Visit& visit, const Leaf& leaf) {
  const Space& space = rules_.space();
  const Var src = space.of(Field::src), dst = space.of(Field::dst);
  const auto sectors = routes(visit.host, visit.in, (*leaf.piece)[src], (*leaf.piece)[dst]);
  if (!sectors) return unaccounted(visit, visit.arrived, {});
  for (const Sector& sector : *sectors) {
    Piece part = *leaf.piece;
    part[src] = sector.src;
    part[dst] = sector.dst;
    const Leaf here{.outcome = PieceFate::passed, .piece = &part, .trail = leaf.trail, .vague = leaf.vague};
    const std::vector<Piece> origins = visit.explorer.origins(Way::forward, here);
    if (origins.empty()) continue;
    if (sector.decision.kind == Decision::Kind::stop || sector.decision.kind == Decision::Kind::unknown) {
      Moving moving = visit.moving;
      judge(visit, here, moving);
      RangeFlight flight{.end = sector.decision.kind == Decision::Kind::stop ? LegEnd::stopped : LegEnd::unknown, .why = sector.decision.why};
      flight.last = std::make_shared<const Stay>(stay_of(visit, here, Way::forward));
      end(moving, std::move(flight));
      continue;
    }
    for (const Piece& origin : origins) go_on(visit, sector.decision.kind == Decision::Kind::local ? Way::input : Way::forward, origin, sector);
  }
}

// From the beginning again, now that it is known where they go.
void Flights::go_on(const Visit& visit, Way way, Piece piece, const Sector& sector) {
  const Space& space = rules_.space();
  const Var dst = space.of(Field::dst), out = space.of(Field::out_if), state = space.of(Field::ct_state);
  const Piece whole = piece;
  piece[out] = visit.explorer.plan(way).start[out];
  if (way == Way::forward) piece[out] = piece[out] & rules_.device_atom(Field::out_if, sector.decision.device);
  piece[state] = visit.arrived[state];
  std::vector<Piece> seen;
  if (!is_void(piece))
    complete_ = visit.explorer.explore(way, piece, [&](const Leaf& leaf) {
      if (leaf.hook == Hook::prerouting || !(*leaf.piece)[dst].overlaps(sector.dst)) return true;
      Piece part = *leaf.piece;
      part[dst] = part[dst] & sector.dst;
      Leaf here = leaf;
      here.piece = &part;
      const std::vector<Piece> origins = visit.explorer.origins(way, here);
      if (origins.empty()) return true;
      seen.insert(seen.end(), origins.begin(), origins.end());
      if (leaf.outcome != PieceFate::passed)
        stop(visit, way, here);
      else
        leave(visit, here, way, sector.decision);
      return true;
    }, exactly()) && complete_;
  unaccounted(visit, whole, seen);
}

// What no leaf holds: laws of the kernel leave it out, which do not say what becomes of it.
void Flights::unaccounted(const Visit& visit, const Piece& all, const std::vector<Piece>& seen) {
  const Space& space = rules_.space();
  const Piece wire = carried(all, whole(space));
  std::vector<Piece> left{wire};
  for (const Piece& one : seen) {
    Box box;
    for (Var v = 0; v < one.size(); ++v)
      if (is_carried(space[v].field) && !one[v].covers(wire[v])) box.limit(v, one[v]);
    std::vector<Piece> next;
    for (Piece& piece : left)
      if (!fwsim::split(piece, box, next)) next.push_back(std::move(piece));
    left = std::move(next);
    if (left.empty()) return;
    if (left.size() > most_rest) break;
  }
  for (Piece& piece : left) {
    Piece part = carried(piece, visit.arrived);
    if (is_void(part)) part = piece;
    RangeFlight flight{.end = LegEnd::unknown, .why = "what connection tracking and routing make of them is not told"};
    const Leaf leaf{.piece = &part, .trail = {}};
    flight.last = std::make_shared<const Stay>(stay_of(visit, leaf, visit.in.empty() ? Way::output : Way::forward));
    end(visit.moving, std::move(flight));
  }
}

std::optional<std::vector<Sector>> Flights::routes(std::size_t host, const std::string& in, const AtomSet& src, const AtomSet& dst) {
  const Engine& engine = rules_.net().engine(host);
  if (!routes_by_address(engine.host(), rules_.family())) {
    Decision open{.kind = Decision::Kind::unknown, .why = "its routes go by more than addresses, which is not followed for many packets"};
    return std::vector<Sector>{{src, dst, std::move(open)}};
  }
  const auto ask = [&engine, in, family = rules_.family()](u128 from, u128 to) { return route_of(engine, family, in, from, to); };
  return split(routes_.try_emplace({host, in}, rules_.space(), ask).first->second, src, dst);
}

std::optional<std::vector<Sector>> Flights::split(ByAddress& table, const AtomSet& src, const AtomSet& dst) {
  auto sectors = table.split(src, dst);
  complete_ = complete_ && sectors;
  return sectors;
}

void Flights::end(const Moving& moving, RangeFlight flight) {
  flight.from = moving.from;
  if (!flight.last) flight.last = moving.last;
  flight.may = flight.may || moving.may;
  if (flight.doubt.empty()) flight.doubt = moving.doubt;
  see_(flight);
}

std::vector<Piece> Flights::origins(const RangeFlight& flight, std::size_t most) const {
  if (!flight.last) return {flight.piece};
  std::vector<Piece> pieces{flight.last->left};
  for (const Stay* stay = flight.last.get(); stay; stay = stay->before.get()) {
    const Explorer& explorer = rules_.explorer(stay->hop.host);
    std::vector<Piece> before;
    for (const Piece& piece : pieces)
      if (before.size() < most)
        for (Piece& one : stay->trail ? explorer.origins(stay->way, {.piece = &piece, .trail = stay->trail}, most) : std::vector<Piece>{piece}) {
          one = carried(one, stay->before ? stay->before->left : whole(rules_.space()));
          if (!is_void(one)) before.push_back(std::move(one));
        }
    pieces = std::move(before);
  }
  return pieces;
}

std::optional<Piece> Flights::origin(const RangeFlight& flight) const {
  if (!flight.last) return flight.piece;
  Piece piece = flight.last->left;
  for (const Stay* stay = flight.last.get(); stay; stay = stay->before.get()) {
    auto one = rules_.explorer(stay->hop.host).origin({.piece = &piece, .trail = stay->trail}, stay->arrived);
    if (!one) return std::nullopt;
    piece = carried(*one, stay->before ? stay->before->left : whole(rules_.space()));
    if (is_void(piece)) return std::nullopt;
  }
  return piece;
}

}  // namespace fwsim
