#include "lint/network/joint_rules.hh"

#include <algorithm>
#include <utility>

#include "lint/known_sets.hh"
#include "model/names.hh"
#include "simulator/address_scope.hh"

namespace fwsim {
namespace {

// What a packet has on the wire, and no router changes by itself.
constexpr Field on_the_wire[] = {Field::src,       Field::dst,  Field::proto,    Field::sport, Field::dport,
                                 Field::tcp_flags, Field::icmp, Field::frag_off, Field::l4_len};

Pred new_connections(Family family, const Ruleset& ruleset) {
  QuestionFault fault;
  return fwsim::asked(*read_traffic("any any -> any new", fault), family, needs_conntrack(ruleset));
}

void add_addresses(SpaceBuilder& builder, const Range& range) {
  for (Field f : {Field::src, Field::dst}) builder.add(f, range);
}

void add_network(SpaceBuilder& builder, Family family, u128 address, u128 mask) {
  const u128 first = address & mask, last = first | (address_mask(family) & ~mask);
  for (const Range& range : {Range{first, last}, Range{first, first}, Range{last, last}}) add_addresses(builder, range);
}

// All that a lookup of routes, the check of sources and neighbours tell apart (simulator/routing.hh).
void add_routes(SpaceBuilder& builder, Family family, const Host& host) {
  for (const Interface& device : host.interfaces)
    for (const InterfaceAddress& a : device.addresses) {
      if (a.family != family) continue;
      for (u128 one : {a.address, a.peer.value_or(a.address), u128{a.broadcast.value_or(a.address)}}) {
        add_addresses(builder, {one, one});
        add_network(builder, family, one, prefix_mask(family, a.length));
      }
    }
  for (const Route& route : host.routes)
    if (route.family == family) add_network(builder, family, route.destination.address, route.destination.mask);
  for (const RoutingRule& rule : host.rules)
    if (rule.family == family)
      for (const Prefix& prefix : {rule.from, rule.to}) add_network(builder, family, prefix.address, prefix.mask);
  if (family == Family::v4) {
    for (u128 one : {u128{0}, u128{0xe0000001}, limited_broadcast}) add_addresses(builder, {one, one});
    for (const Range& range : {Range{0x7f000000, 0x7fffffff}, Range{0xe0000000, 0xefffffff}}) add_addresses(builder, range);
    return;
  }
  for (u128 one : {u128{0}, u128{1}}) add_addresses(builder, {one, one});
  for (const Range& range : {Range{u128{0xff} << 120, all_ones}, Range{u128{0x3fa} << 118, (u128{0x3fb} << 118) - 1}}) add_addresses(builder, range);
}

}  // namespace

JointRules::JointRules(const Internetwork& net, Family family) : net_(net), family_(family) { prepare(nullptr); }

JointRules::JointRules(const Internetwork& net, Family family, const Pred& question) : net_(net), family_(family) { prepare(&question); }

void JointRules::prepare(const Pred* question) {
  SpaceBuilder builder(family_);
  for (std::size_t i = 0; i < net_.hosts().size(); ++i) {
    const Host& host = net_.engine(i).host();
    const Ruleset* rules = net_.rules(i, family_);
    if (!rules) rules = own_.emplace_back(std::make_unique<Ruleset>(Ruleset{.family = family_})).get();
    if (question && !host.sets.empty()) rules = own_.emplace_back(std::make_unique<Ruleset>(with_known_sets(*rules, host.sets))).get();
    rulesets_.push_back(rules);
    builder.add(*rules);
    builder.add(new_connections(family_, *rules));
    for (const Range& own : own_addresses(i)) add_addresses(builder, own);
    for (const Interface& device : host.interfaces)
      for (Field f : {Field::in_if, Field::out_if}) builder.add(f, {name_word(device.name), name_word(device.name)});
    if (question) add_routes(builder, family_, host);
  }
  for (std::size_t link = 0; link < net_.links().size(); ++link)
    for (const Range& network : networks(link)) {
      add_addresses(builder, network);
      if (question) add_addresses(builder, {network.high, network.high});
    }
  if (question) builder.add(*question);
  for (std::size_t i = 0; i < net_.hosts().size(); ++i) add_laws(builder, family_, &net_.engine(i).host());
  space_ = std::make_unique<Space>(builder.build());
  for (std::size_t i = 0; i < net_.hosts().size(); ++i) {
    symbolic_.push_back(std::make_unique<Symbolic>(make_symbolic(*rulesets_[i], *space_)));
    explorers_.push_back(std::make_unique<Explorer>(*symbolic_.back(), &net_.engine(i).host()));
  }
}

std::vector<std::string> JointRules::devices(std::size_t host) const {
  std::vector<std::string> out;
  for (const Interface& device : net_.engine(host).host().interfaces)
    if (!device.loopback && device.up) out.push_back(device.name);
  return out;
}

std::vector<Range> JointRules::own_addresses(std::size_t host) const {
  std::vector<Range> out;
  for (const Interface& device : net_.engine(host).host().interfaces)
    for (const InterfaceAddress& a : device.addresses)
      if (a.family == family_) out.push_back({a.address, a.address});
  return out;
}

std::vector<Range> JointRules::networks(std::size_t link) const {
  std::vector<Range> out;
  const auto add = [&](u128 address, u128 mask) { out.push_back({address & mask, (address & mask) | (address_mask(family_) & ~mask)}); };
  const TopologyLink& l = net_.links()[link];
  for (const LinkNetwork& n : l.networks)
    if (n.family == family_) add(n.prefix.address, n.prefix.mask);
  if (!l.networks.empty()) return out;
  for (const LinkEnd& end : l.ends)
    if (const Interface* device = net_.engine(end.host).host().find(end.device))
      for (const InterfaceAddress& a : device->addresses)
        if (a.family == family_ && (a.length < address_bits(family_) || a.peer)) add(a.peer.value_or(a.address), prefix_mask(family_, a.length));
  return out;
}

AtomSet JointRules::device_atom(Field field, const std::string& device) const {
  return AtomSet::one(space_->atom_of(space_->of(field), name_word(device)));
}

std::vector<Piece> JointRules::asked(std::size_t host, Way way) const {
  bool exact = true;
  return pieces_of(*explorers_[host], way, new_connections(family_, *rulesets_[host]), false, exact);
}

std::vector<Piece> JointRules::within(const std::vector<Piece>& pieces, Field field, const std::vector<Range>& ranges) const {
  std::vector<Piece> out;
  const Var v = space_->of(field);
  const AtomSet set = space_->in(v, ranges);
  for (Piece piece : pieces) {
    piece[v] = piece[v] & set;
    if (!piece[v].empty()) out.push_back(std::move(piece));
  }
  return out;
}

std::vector<Piece> JointRules::without(const std::vector<Piece>& pieces, Field field, const std::vector<Range>& ranges) const {
  std::vector<Piece> out;
  const Var v = space_->of(field);
  const AtomSet set = space_->in(v, ranges);
  for (Piece piece : pieces) {
    piece[v] = piece[v] - set;
    if (!piece[v].empty()) out.push_back(std::move(piece));
  }
  return out;
}

std::vector<Arriving> JointRules::everything(std::size_t host, const std::string& device) const {
  std::vector<Arriving> out;
  const AtomSet in = device_atom(Field::in_if, device);
  for (Way way : {Way::input, Way::forward}) {
    Arriving arriving{.way = way, .pieces = {}};
    for (Piece piece : asked(host, way)) {
      AtomSet& limit = piece[space_->of(Field::in_if)];
      limit = limit & in;
      if (!limit.empty()) arriving.pieces.push_back(std::move(piece));
    }
    out.push_back(std::move(arriving));
  }
  return out;
}

std::vector<Arriving> JointRules::received(const Piece& piece, const LinkEnd& end) const {
  std::vector<Arriving> out = everything(end.host, end.device);
  for (Arriving& arriving : out) {
    for (Piece& one : arriving.pieces)
      for (Field f : on_the_wire)
        for (Var v = space_->of(f), n = 0; v != no_var && n < std::max(1U, space_->bit_groups(f)); ++v, ++n) one[v] = one[v] & piece[v];
    std::erase_if(arriving.pieces, [](const Piece& one) { return std::any_of(one.begin(), one.end(), [](const AtomSet& set) { return set.empty(); }); });
  }
  return out;
}

std::vector<Arriving> JointRules::possible(std::size_t host, const std::string& device, bool& complete) const {
  constexpr std::size_t most = 20'000;   // pieces
  std::vector<Arriving> all = everything(host, device);
  const auto link = net_.link_of(host, device);
  if (!link || net_.links()[*link].outside) return all;
  const LinkEnd& end = net_.end_of(host, *link);
  std::vector<Arriving> out;
  for (const Arriving& arriving : all) out.push_back({.way = arriving.way, .pieces = within(arriving.pieces, Field::src, networks(*link))});
  std::size_t count = 0;
  for (const LinkEnd& other : net_.links()[*link].ends) {
    if (other.host == host) continue;
    const Explorer& e = explorer(other.host);
    for (Way way : {Way::forward, Way::output}) {
      std::vector<Piece> pieces = asked(other.host, way);
      if (way == Way::output) pieces = within(pieces, Field::src, own_addresses(other.host));
      for (Piece& piece : pieces) {
        AtomSet& limit = piece[space_->of(Field::out_if)];
        limit = limit & device_atom(Field::out_if, other.device);
        if (limit.empty()) continue;
        const bool seen = e.explore(way, piece, [&](const Leaf& leaf) {
          if (leaf.outcome == PieceFate::dropped || leaf.outcome == PieceFate::rejected || e.origins(way, leaf, 1).empty()) return true;
          if (leaf.outcome != PieceFate::passed) complete = false;   // a program, or an unknown target, may let out anything
          for (Arriving& more : received(*leaf.piece, end))
            for (Arriving& known : out)
              if (known.way == more.way) {
                count += more.pieces.size();
                std::move(more.pieces.begin(), more.pieces.end(), std::back_inserter(known.pieces));
              }
          return count < most;
        });
        complete = complete && seen && count < most;
      }
    }
  }
  for (Arriving& arriving : out) merge(arriving.pieces);
  return out;
}

}  // namespace fwsim
