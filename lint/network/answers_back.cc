#include "lint/network/answers_back.hh"

#include <algorithm>
#include <set>

namespace fwsim {
namespace {

class Back {
 public:
  Back(const JointRules& rules, const RangeFlight& flight)
      : rules_(rules), net_(rules.net()), flight_(flight), stays_(flight.stays()), dst_(space().of(Field::dst)) {}

  bool proved() const {
    std::set<std::size_t> hosts;
    for (const Stay* stay : stays_)
      if (!hosts.insert(stay->hop.host).second || !can_be_told(*stay)) return false;
    if (stays_.empty()) return flight_.end == LegEnd::system && ends_at(flight_.from.link, back_from(flight_.piece), back_to(flight_.piece));
    if (!begins()) return false;
    for (std::size_t i = stays_.size(); i-- > 0;)
      if (!passes(i)) return false;
    return true;
  }

 private:
  const Space& space() const { return rules_.space(); }

  // What the connection was translated to is all that the host has rewritten, and it remembers the connection.
  bool can_be_told(const Stay& stay) const {
    const Var state = space().of(Field::ct_state);
    const bool tracks = rules_.explorer(stay.hop.host).rules().conntrack;
    if (tracks && !(stay.left[state] == AtomSet::one(space().atom_of(state, 1)))) return false;
    if (stay.way != Way::forward && !stay.hop.translations.empty()) return false;
    return stay.hop.translations.empty() ? !stay.rewritten : tracks;
  }

  // All pairs lead to what `good` wants.
  bool all(const AtomSet& src, const AtomSet& dst, const ByAddress::Ask& ask, const std::function<bool(const Decision&)>& good) const {
    const auto sectors = ByAddress(space(), ask).split(src, dst);
    return sectors && std::all_of(sectors->begin(), sectors->end(), [&](const Sector& s) { return good(s.decision); });
  }

  // The values of one field as those of another, whose atoms are not the same: all that have some of them.
  AtomSet turned(Field from, Field to, const Piece& piece) const {
    const Var v = space().of(from), other = space().of(to);
    std::vector<AtomInterval> atoms;
    for (const Range& range : space().ranges(v, piece[v])) atoms.push_back({space().atom_of(other, range.low), space().atom_of(other, range.high)});
    const AtomSet set = AtomSet::of(std::move(atoms));
    return space()[other].optional ? set | AtomSet::one(space()[other].absent()) : set;
  }

  AtomSet back_from(const Piece& piece) const { return turned(Field::dst, Field::src, piece); }
  AtomSet back_to(const Piece& piece) const { return turned(Field::src, Field::dst, piece); }

  // The answer of somebody on the link to somebody there.
  bool ends_at(std::size_t link, const AtomSet& src, const AtomSet& dst) const {
    return all(src, dst, [&](u128 from, u128 to) { return first_taker(net_, rules_.family(), link, from, to); },
               [&](const Decision& d) { return !d.end && d.leg == LegEnd::system; });
  }

  // Whoever has the packet hands its answer to the last host.
  bool begins() const {
    const Stay& last = *stays_.back();
    if (flight_.end == LegEnd::host) return true;
    const LinkEnd& end = net_.end_of(last.hop.host, *flight_.link);
    const LinkEnd* const by = flight_.end == LegEnd::outside ? &end : nullptr;
    return all(back_from(last.left), back_to(last.left), [&](u128 from, u128 to) { return first_taker(net_, rules_.family(), *flight_.link, from, to, by); },
               [&](const Decision& d) { return d.end == &end; });
  }

  bool passes(std::size_t i) const {
    const Stay& stay = *stays_[i];
    const std::size_t host = stay.hop.host;
    const Engine& engine = net_.engine(host);
    if (!routes_by_address(engine.host(), rules_.family())) return false;
    // As routing and the filter table see it: the destination is that of the first packet's sender again, the source not yet.
    const AtomSet from = back_from(stay.left), to = back_to(stay.arrived);
    const bool home = i == 0 && flight_.from.host.has_value();
    const auto route = [&](u128 s, u128 d) { return route_of(engine, rules_.family(), stay.hop.out, s, d); };
    if (!all(from, to, route, [&](const Decision& d) {
          return home ? d.kind == Decision::Kind::local : d.kind == Decision::Kind::on && d.device == stay.hop.in && goes_on(i, d.gateway);
        }))
      return false;
    const Way way = home ? Way::input : stay.way == Way::input ? Way::output : Way::forward;
    return rules_let_pass(stay, way);
  }

  // To the host by which the packet came, or to who sent it.
  bool goes_on(std::size_t i, const std::optional<u128>& gateway) const {
    const Stay& stay = *stays_[i];
    const auto link = net_.link_of(stay.hop.host, stay.hop.in);
    if (!link) return false;
    const LinkEnd& sender = net_.end_of(stay.hop.host, *link);
    const auto ask = [&](u128 s, u128 d) { return next_taker(net_, rules_.family(), sender, *link, gateway, s, d); };
    return all(back_from(stay.arrived), back_to(stay.arrived), ask, [&](const Decision& d) {
      if (i > 0) return d.end && d.end->host == stays_[i - 1]->hop.host && d.end->device == stays_[i - 1]->hop.out;
      return !d.end && *link == flight_.from.link && (d.leg == LegEnd::system || (d.leg == LegEnd::outside && net_.links()[*link].outside));
    });
  }

  // The answers as they come: SYN and ACK, an echo reply, or the same protocol.
  std::vector<Piece> answers(const Stay& stay, Piece start) const {
    const Var proto = space().of(Field::proto), icmp = space().of(Field::icmp), flags = space().of(Field::tcp_flags);
    start[proto] = start[proto] & stay.left[proto];
    for (const auto& [from, to] : {std::pair{Field::src, Field::dst}, {Field::dst, Field::src}, {Field::sport, Field::dport}, {Field::dport, Field::sport}})
      if (const Var v = space().of(to); v != no_var && space().of(from) != no_var) start[v] = start[v] & turned(from, to, stay.left);
    const AtomSet echo = AtomSet::one(space().atom_of(proto, space().family() == Family::v4 ? 1 : 58)), tcp = AtomSet::one(space().atom_of(proto, 6));
    std::vector<Piece> out;
    for (const AtomSet& protocols : {tcp, echo, space().everything(proto) - tcp - echo}) {
      Piece piece = start;
      piece[proto] = piece[proto] & protocols;
      if (flags != no_var && protocols == tcp) piece[flags] = AtomSet::one(space().atom_of(flags, 0x12));
      if (icmp != no_var && protocols == echo) piece[icmp] = AtomSet::one(space().atom_of(icmp, space().family() == Family::v4 ? 0 : 129 * 256));
      if (std::none_of(piece.begin(), piece.end(), [](const AtomSet& set) { return set.empty(); })) out.push_back(std::move(piece));
    }
    return out;
  }

  bool rules_let_pass(const Stay& stay, Way way) const {
    const Explorer& explorer = rules_.explorer(stay.hop.host);
    const Var state = space().of(Field::ct_state), in = space().of(Field::in_if), out = space().of(Field::out_if);
    Piece start = explorer.plan(way).start;
    if (explorer.rules().conntrack) start[state] = start[state] & space().in(state, {{3, 4}});
    if (way != Way::output) start[in] = start[in] & rules_.device_atom(Field::in_if, stay.hop.out);
    if (way != Way::input) start[out] = start[out] & rules_.device_atom(Field::out_if, stay.hop.in);
    // An answer has the TTL, the type of service and the length that its sender gives it: any.
    const std::vector<Piece> pieces = answers(stay, std::move(start));
    bool good = !pieces.empty(), any = false;
    for (const Piece& piece : pieces)
      good = good && explorer.explore(way, piece, [&](const Leaf& leaf) {
        if (!is_of_connection(stay, leaf) || explorer.origins(way, leaf, 1).empty()) return true;
        any = true;
        return good = leaf.outcome == PieceFate::passed;
      }, {.apart = true}) && good;
    return good && any;
  }

  // Translated back where the connection was translated, and nowhere else.
  bool is_of_connection(const Stay& stay, const Leaf& leaf) const {
    bool source = false, destination = false, back = false;
    for (const RangeTranslation& t : stay.hop.translations) (t.source ? source : destination) = true;
    for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) {
      if (t->kind != Trail::Kind::choice || t->rule.table != TableId::nat) continue;
      const bool of_source = t->hook == Hook::postrouting || t->hook == Hook::input;
      if ((t->pick == 1) != (of_source ? destination : source)) return false;
      back = back || (!of_source && t->pick == 1);
    }
    return !source || leaf.hook == Hook::prerouting || (back && (*leaf.piece)[dst_].overlaps(back_to(stay.arrived)));
  }

  const JointRules& rules_;
  const Internetwork& net_;
  const RangeFlight& flight_;
  std::vector<const Stay*> stays_;
  Var dst_;
};

}  // namespace

bool answers_come_back(const JointRules& rules, const RangeFlight& flight) {
  const bool arrives = flight.end == LegEnd::host || flight.end == LegEnd::system || flight.end == LegEnd::outside;
  return arrives && Back(rules, flight).proved();
}

}  // namespace fwsim
