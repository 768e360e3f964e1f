#include "lint/network/follow_all.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "lint/network/answers_back.hh"
#include "lint/network/parts.hh"
#include "lint/sizes.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_real = 64;
constexpr unsigned most_replays = 600;      // of a question
constexpr unsigned most_answers = 4;        // that are followed, of a class
constexpr std::int64_t moment = 1'700'000'000'000'000'000;   // any: only -m time looks at it

// Sources of which nobody sends; broadcasts of the links are among them.
std::vector<Range> no_sources(const JointRules& rules) {
  if (rules.family() == Family::v6) return {{0, 1}, {u128{0xff} << 120, all_ones}};
  std::vector<Range> out{{0, 0}, {0x7f000000, 0x7fffffff}, {0xe0000000, 0xefffffff}, {0xffffffff, 0xffffffff}};
  for (std::size_t link = 0; link < rules.net().links().size(); ++link)
    for (const Range& network : rules.networks(link))
      if (network.high - network.low > 1) out.push_back({network.high, network.high});
  return out;
}

class FollowAll {
 public:
  FollowAll(const RangeStart& start, Family family, const Traffic& traffic)
      : start_(start), net_(start.topology, start.members), pred_(fwsim::asked(traffic, family, false)), rules_(net_, family, pred_), flights_(rules_) {
    out_.question = traffic.text;
    out_.family = family;
  }

  PathRange run() {
    const std::vector<Piece> pieces = asked();
    const std::vector<Piece> all = pieces;
    for (const Piece& piece : pieces)
      for (const auto& [place, part] : by_place(piece))
        out_.complete = flights_.follow(place, {part}, [&](const RangeFlight& flight) { add(flight, piece); }) && out_.complete;
    for (std::size_t i = 0; i < out_.classes.size(); ++i) {
      PathClass& c = out_.classes[i];
      merge(said_[i]);
      c.pieces = describe_all(rules_.space(), said_[i], all);
      show(c, said_[i], real_[i]);
    }
    out_.share = share(!pieces.empty());
    const auto rank = [](const PathClass& c) { return c.arrives() ? 0 : c.end == LegEnd::unknown ? 2 : 1; };
    std::stable_sort(out_.classes.begin(), out_.classes.end(), [&](const PathClass& a, const PathClass& b) {
      return std::pair(rank(a), a.may) < std::pair(rank(b), b.may);
    });
    return std::move(out_);
  }

 private:
  const Space& space() const { return rules_.space(); }

  // The packets of the question that begin connections, apart from each other.
  std::vector<Piece> asked() {
    std::vector<Box> laws;
    const auto forbid = [&](const std::vector<Pred>& list) {
      for (const Pred& law : list)
        if (Boxes boxes = lower(space(), law); boxes.exact) laws.insert(laws.end(), boxes.boxes.begin(), boxes.boxes.end());
    };
    forbid(conntrack_laws(out_.family, {}));
    forbid(size_laws(space()));
    const Var src = space().of(Field::src), state = space().of(Field::ct_state);
    const AtomSet nobody = space().in(src, no_sources(rules_));
    std::vector<Piece> out;
    std::vector<Box> before;
    AtomSet left_out;
    for (const Box& box : lower(space(), pred_).boxes) {
      Piece piece = whole(space());
      piece[state] = AtomSet::one(space().atom_of(state, 1));
      if (!narrow(piece, box)) continue;
      left_out = left_out | (piece[src] & nobody);
      piece[src] = piece[src] - nobody;
      for (Piece& part : subtract(piece, before))
        if (!part[src].empty())
          for (Piece& real : subtract(part, laws)) out.push_back(header_fields(std::move(real)));
      before.push_back(box);
    }
    if (!left_out.empty()) out_.left_out.push_back(space().text(src, left_out));
    return out;
  }

  Piece header_fields(Piece piece) const {
    for (Var v = 0; v < piece.size(); ++v)
      if (!Flights::is_carried(space()[v].field)) piece[v] = space().everything(v);
    return piece;
  }

  // Parts of the piece by where they begin; what begins nowhere for certain is a class already.
  std::vector<std::pair<PathPlace, Piece>> by_place(const Piece& piece) {
    if (start_.from) return {{*start_.from, piece}};
    const Var src = space().of(Field::src);
    std::map<std::pair<std::optional<std::size_t>, std::size_t>, std::vector<AtomInterval>> places;
    std::map<std::string, std::vector<AtomInterval>> nowhere;
    for (const AtomInterval& interval : piece[src].intervals())
      for (Atom atom = interval.low; atom <= interval.high; ++atom) {
        std::string why;
        const u128 address = space().example(src, atom);
        if (const auto place = place_of(net_, out_.family, address, why)) {
          places[{place->host, place->link}].push_back({atom, atom});
        } else {
          if (const std::string text = address_text(out_.family, address); why.starts_with(text)) why.replace(0, text.size(), "the source");
          nowhere[why].push_back({atom, atom});
        }
      }
    const auto part = [&](std::vector<AtomInterval> atoms) {
      Piece one = piece;
      one[src] = AtomSet::of(std::move(atoms));
      return one;
    };
    for (auto& [why, atoms] : nowhere)
      add({.piece = part(std::move(atoms)), .why = fmt::format("where do they come from? {}; --from HOST or LINK says it", why)}, piece);
    std::vector<std::pair<PathPlace, Piece>> out;
    for (auto& [place, atoms] : places) out.emplace_back(PathPlace{.host = place.first, .link = place.second}, part(std::move(atoms)));
    return out;
  }

  void add(const RangeFlight& flight, const Piece& begun) {
    std::vector<Piece> real = flights_.origins(flight, most_real);
    std::optional<Piece> said = flights_.origin(flight);
    if (real.empty() || !said) return;   // no packet is like that
    *said = header_fields(std::move(*said));
    relax(space(), *said, begun);
    PathClass c{.from = flight.from, .end = flight.end, .why = flight.why, .link = flight.link, .next_hop = flight.next_hop, .loop = flight.loop, .may = flight.may,
                .doubt = flight.may ? flight.doubt : ""};
    for (const Stay* stay : flight.stays()) c.hops.push_back(stay->hop);
    if (!c.link && !c.hops.empty()) c.link = c.hops.back().out_link;
    const auto same = [&](const PathClass& k) {
      return k.from.host == c.from.host && k.from.link == c.from.link && k.end == c.end && k.why == c.why && k.link == c.link && k.next_hop == c.next_hop &&
             k.loop == c.loop && k.may == c.may && k.doubt == c.doubt && k.hops == c.hops;
    };
    const auto found = std::find_if(out_.classes.begin(), out_.classes.end(), same);
    const auto at = static_cast<std::size_t>(found - out_.classes.begin());
    if (found == out_.classes.end()) {
      out_.classes.push_back(std::move(c));
      said_.emplace_back();
      real_.emplace_back();
    }
    PathClass& known = out_.classes[at];
    known.all_answered = (said_[at].empty() || known.all_answered) && answers_come_back(rules_, flight);
    said_[at].push_back(std::move(*said));
    for (Piece& one : real)
      if (real_[at].size() < most_real) real_[at].push_back(header_fields(std::move(one)));
  }

  // Without first and last addresses of networks, where others are left.
  Piece ordinary_ends(Piece piece) const {
    for (std::size_t link = 0; link < net_.links().size(); ++link)
      for (const Range& network : rules_.networks(link))
        for (Field f : {Field::src, Field::dst})
          for (u128 end : {network.low, network.high}) {
            const Var v = space().of(f);
            const AtomSet rest = network.low == network.high ? piece[v] : piece[v] - AtomSet::one(space().atom_of(v, end));
            if (!rest.empty()) piece[v] = rest;
          }
    return piece;
  }

  std::optional<Witness> witness_of(const Piece& piece, unsigned nth) const {
    // The first address of a range is rarely that of a host; but then a length need not be said.
    auto witness = make_witness(space(), Way::forward, piece, nullptr, nth ^ 1U);
    return witness && witness->question.find(" len ") != std::string::npos ? make_witness(space(), Way::forward, piece, nullptr, nth) : witness;
  }

  bool same_hop(const RangeHop& hop, const PathHop& shown) const {
    if (hop.host != shown.host || (!hop.in.empty() && hop.in != shown.result.in_if)) return false;
    if (hop.out_link && hop.out_link != shown.out_link) return false;
    const Ruleset* ruleset = net_.rules(hop.host, out_.family);
    return !hop.by || !ruleset || passed_by(shown.result, *ruleset, *hop.by);
  }

  // Whether the simulator takes the packet the way of the class.
  bool fits(const PathClass& c, const PathLeg& leg) const {
    if (leg.end != c.end || leg.loop.has_value() != c.loop.has_value() || leg.hops.size() < c.hops.size()) return false;
    if (!c.loop && leg.hops.size() != c.hops.size()) return false;
    for (std::size_t i = 0; i < c.hops.size(); ++i)
      if (!same_hop(c.hops[i], leg.hops[i])) return false;
    return c.end == LegEnd::stopped || c.end == LegEnd::unknown || c.end == LegEnd::host || leg.link == c.link;
  }

  void show(PathClass& c, const std::vector<Piece>& said, const std::vector<Piece>& real) {
    bool built = false;
    // Ordinary packets come from the larger pieces; in those there may be some that no packet is.
    for (const std::vector<Piece>& list : {as_asked(space(), said, real), real})
      for (std::size_t i = 0; i < list.size() && i < 8; ++i)
        for (unsigned nth = 0; nth < 4; ++nth) {
          const unsigned enough = c.arrives() ? most_answers : 1;
          if (replays_ >= most_replays || c.tried >= enough) break;
          const auto witness = witness_of(ordinary_ends(list[i]), nth);
          if (!witness) continue;
          built = true;
          try_packet(c, *witness);
        }
    if (!c.packet.empty() || c.may || c.end == LegEnd::unknown) return;
    c.may = true;
    const bool enough = replays_ >= most_replays;
    c.doubt = enough  ? "too many packets were followed to show one of these"
              : built ? "no packet was found that the simulator takes this way"
                      : "no packet like that could be made";
    contradicted_ = contradicted_ || (built && !enough);
  }

  void try_packet(PathClass& c, const Witness& witness) {
    const std::string question = path_question(witness);
    if (std::find(tried_.begin(), tried_.end(), question) != tried_.end()) return;
    ++replays_;
    Internetwork fresh(start_.topology, start_.members, start_.seed);
    Packet packet = witness.packet;
    packet.time = moment;
    packet.number = 1;
    std::string why;
    const auto from = start_.from ? start_.from : place_of(fresh, out_.family, packet.fields.get(Field::src), why);
    if (!from) {
      if (c.end == LegEnd::unknown && c.hops.empty()) c.packet = question, c.tried = 1;
      return;
    }
    PathAnswer answer = follow(fresh, std::move(packet), *from);
    if (!fits(c, answer.there)) {
      // Of what is not known of all of them, something is known of one.
      if (c.end == LegEnd::unknown && !c.may && c.packet.empty()) {
        c.packet = question;
        c.shown = std::move(answer);
      }
      return;
    }
    tried_.push_back(question);
    ++c.tried;
    const bool good = answer.outcome == PathAnswer::Outcome::both_ways || answer.outcome == PathAnswer::Outcome::one_way;
    c.answered += good ? 1 : 0;
    for (const std::string& one : answer.assumed) {
      std::string text = one;
      for (const PathLeg* leg : {&answer.there, answer.back ? &*answer.back : nullptr})
        if (leg) text = of_all(std::move(text), out_.family, leg->packet.fields.get(Field::src), leg->packet.fields.get(Field::dst));
      if (std::find(out_.assumed.begin(), out_.assumed.end(), text) == out_.assumed.end()) out_.assumed.push_back(std::move(text));
    }
    c.all_answered = c.all_answered && good;
    if (c.arrives() && !good && c.unanswered.empty()) {
      c.unanswered = question;
      c.shown_unanswered = answer;
    }
    if (!c.packet.empty()) return;
    c.packet = question;
    c.shown = std::move(answer);
  }

  Share share(bool any) const {
    bool passed = false, stopped = false, unsure = !out_.complete || contradicted_, shown_passed = false, shown_stopped = false;
    for (const PathClass& c : out_.classes) {
      const bool stops = c.end == LegEnd::stopped || c.end == LegEnd::lost, shown = !c.may && !c.packet.empty();
      passed = passed || c.arrives();
      stopped = stopped || stops;
      unsure = unsure || c.end == LegEnd::unknown;
      shown_passed = shown_passed || (c.arrives() && shown);
      shown_stopped = shown_stopped || (stops && shown);
    }
    if (!any) return Share::nothing;
    if (!unsure && passed && !stopped) return Share::all;
    if (!unsure && stopped && !passed) return Share::none;
    return shown_passed && shown_stopped ? Share::some : Share::may;
  }

  const RangeStart& start_;
  Internetwork net_;
  Pred pred_;
  JointRules rules_;
  Flights flights_;
  PathRange out_;
  std::vector<std::vector<Piece>> said_, real_;   // of each class
  std::vector<std::string> tried_;
  unsigned replays_ = 0;
  bool contradicted_ = false;          // the simulator takes packets of a class another way
};

}  // namespace

bool PathRange::all_answered() const {
  return std::all_of(classes.begin(), classes.end(), [](const PathClass& c) { return !c.arrives() || (c.tried > 0 && c.answered == c.tried); });
}

PathRange follow_all(const RangeStart& start, Family family, const Traffic& traffic) { return FollowAll(start, family, traffic).run(); }

}  // namespace fwsim
