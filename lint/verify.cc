#include "lint/verify.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace fwsim {
namespace {

using Kind = Assertion::Kind;

bool forbids(Kind kind) { return kind == Kind::must_not_pass || kind == Kind::only_from || kind == Kind::isolated; }

bool limits(const Rule& rule) {
  return std::any_of(rule.matches.begin(), rule.matches.end(), [](const MatchUse& m) {
    return m.name == "limit" || m.name == "hashlimit" || m.name == "connlimit" || m.name == "recent";
  });
}

// How one leaf stands to the claim.
enum class Standing : std::uint8_t { good, against, unsure };

class Prover {
 public:
  Prover(const Ruleset& ruleset, const Host* host, const Claim& claim)
      : ruleset_(ruleset), host_(host), claim_(claim), kind_(claim.assertion->kind) {
    proof_ = {.name = claim.assertion->name, .kind = kind_, .family = ruleset.family, .line = claim.assertion->line, .against = {}};
  }

  Proof prove() {
    for (const Traffic& traffic : claim_.traffic)
      for (Way way : ways(traffic)) forward(traffic, way);
    if (kind_ == Kind::must_nat_to && seen_ && !passed_ && proof_.against.empty()) refuted_ = true;
    proof_.result = refuted_                                              ? Proof::Result::refuted
                    : !proof_.against.empty() || !proof_.complete || !exact_ ? Proof::Result::may_fail
                    : !seen_                                              ? Proof::Result::nothing
                                                                          : Proof::Result::proved;
    return std::move(proof_);
  }

 private:
  std::vector<Way> ways(const Traffic& traffic) const {
    if (claim_.way) return {*claim_.way};
    if (traffic.way) return {*traffic.way};
    if (kind_ == Kind::isolated && !host_) return {Way::forward};
    std::vector<std::string> assumed;
    return host_ ? ways_of(traffic, host_, assumed) : std::vector<Way>{Way::input, Way::forward};
  }

  Pred question(Traffic traffic) const {
    // What must not be is not excused by odd flags.
    if (forbids(kind_) && !traffic.state_given && needs_conntrack(ruleset_)) {
      traffic.states = {{1, 1}};
      traffic.state_given = true;
    }
    // What is sent elsewhere may end up there.
    if (kind_ == Kind::isolated) traffic.dst.clear();
    Pred pred = asked(traffic, ruleset_.family, needs_conntrack(ruleset_));
    if (kind_ == Kind::only_from && claim_.family.value_or(ruleset_.family) == ruleset_.family)
      pred = all({std::move(pred), negation(in(Field::src, claim_.sources))});
    return pred;
  }

  // Whether all that the piece may hold of a field is among the ranges.
  static bool among(const Space& space, const Piece& piece, Field field, const std::vector<Range>& ranges) {
    if (ranges.empty()) return true;
    const Var v = space.of(field);
    return v != no_var && space.in(v, ranges).covers(piece[v]);
  }

  Standing standing(const Explorer& e, const Leaf& leaf, std::string& why) const {
    const bool passed = leaf.outcome == PieceFate::passed;
    const bool stopped = leaf.outcome == PieceFate::dropped || leaf.outcome == PieceFate::rejected;
    const Standing bad = unsure(e, leaf) ? Standing::unsure : Standing::against;
    switch (kind_) {
      case Kind::must_pass: return passed ? Standing::good : stopped ? bad : Standing::unsure;
      case Kind::must_not_pass:
      case Kind::only_from:
      case Kind::isolated: return stopped ? Standing::good : passed ? bad : Standing::unsure;
      case Kind::must_log: {
        // A log behind a limit is one only where the limit let it.
        bool noted = false;
        for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) {
          if (t->kind == Trail::Kind::vague && t->yes && e.rules().rule(t->rule)->logs) return Standing::good;
          if (t->kind != Trail::Kind::matched || !e.rules().rule(t->rule)->logs) continue;
          if (e.rules().rule(t->rule)->match.exact) return Standing::good;
          noted = true;
        }
        const Standing how = noted ? Standing::unsure : bad;
        why = how == Standing::unsure ? "perhaps not logged" : "not logged";
        return how;
      }
      case Kind::must_limit:
        why = "passes without a limit";
        if (!passed) return stopped ? Standing::good : Standing::unsure;
        for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
          if (t->kind == Trail::Kind::vague && limits(e.rules().source(t->rule))) return Standing::good;
        return bad;
      case Kind::must_nat_to:
        why = "passes untranslated, or to elsewhere";
        if (!passed) return Standing::good;
        return among(e.space(), *leaf.piece, Field::dst, claim_.to) && among(e.space(), *leaf.piece, Field::dport, claim_.to_ports) ? Standing::good : bad;
    }
    return Standing::unsure;
  }

  using Key = std::tuple<Standing, RuleId, PieceFate, std::string>;

  void forward(const Traffic& traffic, Way way) {
    Traffic reply = traffic;
    reply.way = way;
    reply = replies_to(reply);
    const Pred pred = question(traffic);
    const Prepared prepared = prepare({&ruleset_}, host_, {pred, claim_.to.empty() ? always() : in(Field::dst, claim_.to),
                                                           traffic.dst.empty() ? always() : in(Field::dst, traffic.dst),
                                                           claim_.to_ports.empty() ? always() : in(Field::dport, claim_.to_ports)});
    const Explorer& e = prepared[0];
    const std::vector<Piece> asked = pieces_of(e, way, pred, traffic.mark_given, exact_);
    const ExploreOptions options{.note_logs = kind_ == Kind::must_log};
    std::map<Key, Class> against;
    Ends ends;
    for (const Piece& piece : asked) {
      proof_.complete = e.explore(way, piece, [&](const Leaf& any) {
        Leaf leaf = any;
        Piece narrowed;
        if (kind_ == Kind::isolated && !arrives_at(e, traffic, leaf, narrowed)) return true;
        Class c;
        if (!add_leaf(e, way, leaf, piece, c)) return true;
        seen_ = true;
        if (leaf.outcome == PieceFate::passed) {
          passed_ = true;
          note(e, leaf, ends);
        }
        std::string why;
        const Standing how = standing(e, leaf, why);
        if (how != Standing::good) add(std::move(c), how, why, against);
        return true;
      }, options) && proof_.complete;
    }
    refute(e, way, asked, against, false);
    if (!claim_.assertion->replies) return;
    turn(reply, ends);
    back(reply);
  }

  // Answers come from where the packets were sent to in the end, and go to where those seemed to come from.
  struct Ends {
    std::vector<Range> src, dst, sport, dport;
  };
  static void note(const Explorer& e, const Leaf& leaf, Ends& ends) {
    const auto add = [&](Field field, std::vector<Range>& ranges) {
      const Var v = e.space().of(field);
      if (v == no_var) return;
      for (const Range& range : e.space().ranges(v, (*leaf.piece)[v]))
        if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) ranges.push_back(range);
    };
    add(Field::src, ends.src);
    add(Field::dst, ends.dst);
    add(Field::sport, ends.sport);
    add(Field::dport, ends.dport);
  }
  static void turn(Traffic& reply, const Ends& ends) {
    constexpr std::size_t most = 256;
    for (auto [to, from] : {std::pair{&reply.src, &ends.dst}, {&reply.dst, &ends.src}, {&reply.sport, &ends.dport}, {&reply.dport, &ends.sport}})
      if (!from->empty() && from->size() <= most && !(to->empty() && to != &reply.src && to != &reply.dst)) *to = *from;
  }

  // Leaves only what ends up at the traffic's destination.
  static bool arrives_at(const Explorer& e, const Traffic& traffic, Leaf& leaf, Piece& narrowed) {
    const Var dst = e.space().of(Field::dst);
    narrowed = *leaf.piece;
    if (!traffic.dst.empty()) narrowed[dst] = narrowed[dst] & e.space().in(dst, traffic.dst);
    leaf.piece = &narrowed;
    return !narrowed[dst].empty();
  }

  static void add(Class c, Standing how, const std::string& why, std::map<Key, Class>& against) {
    Class& known = against[{how, c.by.value_or(RuleId{}), c.fate, why}];
    c.vague = how == Standing::unsure;
    std::move(known.pieces.begin(), known.pieces.end(), std::back_inserter(c.pieces));
    if (c.real.size() < 64) std::move(known.real.begin(), known.real.end(), std::back_inserter(c.real));
    known = std::move(c);
  }

  void refute(const Explorer& e, Way way, const std::vector<Piece>& asked, std::map<Key, Class>& against, bool replies) {
    for (auto& [key, c] : against) {
      merge(c.pieces);
      Refutation& r = proof_.against.emplace_back();
      r = {.packets = {.way = way, .fate = c.fate, .may = c.vague, .by = place_of(e.rules(), c.by),
                       .pieces = describe_all(e.space(), c.pieces, asked), .packet = {}},
           .replies = replies, .why = std::get<3>(key), .path = {}};
      const auto packet = packet_of(e, c, host_);
      if (packet) {
        r.packets.packet = packet->question;
        for (const Step& step : replay(*packet, ruleset_).path) r.path.push_back(step_text(step));
      }
      // A packet that is shown to go that way leaves no doubt.
      const bool by_fate = std::get<3>(key).empty() && (c.fate == PieceFate::passed || c.fate == PieceFate::dropped || c.fate == PieceFate::rejected);
      if ((std::get<0>(key) == Standing::against && exact_) || (packet && by_fate)) {
        refuted_ = true;
        r.packets.may = false;
      }
    }
  }

  std::string step_text(const Step& step) const {
    if (!step.rule) return fmt::format("{} {}", hook_name(step.hook), step.note);
    return fmt::format("{} {} ({}:{})", hook_name(step.hook), step.rule->name(), ruleset_.file, step.rule->line());
  }

  void back(const Traffic& reply) {
    const Pred pred = fwsim::asked(reply, ruleset_.family, needs_conntrack(ruleset_));
    const Prepared prepared = prepare({&ruleset_}, host_, {pred});
    const Explorer& e = prepared[0];
    const Way way = *reply.way;
    const std::vector<Piece> asked = pieces_of(e, way, pred, false, exact_);
    std::map<Key, Class> against;
    for (const Piece& piece : asked) {
      proof_.complete = e.explore(way, piece, [&](const Leaf& leaf) {
        if (leaf.outcome == PieceFate::passed) return true;
        Class c;
        if (!add_leaf(e, way, leaf, piece, c)) return true;
        const bool stopped = leaf.outcome == PieceFate::dropped || leaf.outcome == PieceFate::rejected;
        add(std::move(c), stopped && !c.vague ? Standing::against : Standing::unsure, "", against);
        return true;
      }) && proof_.complete;
    }
    refute(e, way, asked, against, true);
  }

  const Ruleset& ruleset_;
  const Host* host_;
  const Claim& claim_;
  Kind kind_;
  Proof proof_;
  bool seen_ = false, passed_ = false, exact_ = true, refuted_ = false;
};

}  // namespace

std::string_view result_name(Proof::Result result) {
  constexpr std::string_view names[] = {"proved", "refuted", "may fail", "no packet is like that"};
  return names[static_cast<std::size_t>(result)];
}

bool concerns(const Claim& claim, Family family) {
  return std::all_of(claim.traffic.begin(), claim.traffic.end(), [&](const Traffic& t) { return t.family.value_or(family) == family; });
}

Proof prove(const Ruleset& ruleset, const Host* host, const Claim& claim) { return Prover(ruleset, host, claim).prove(); }

}  // namespace fwsim
