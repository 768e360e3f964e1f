#include "lint/diff.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "lint/join.hh"
#include "lint/joint.hh"
#include "lint/text.hh"
#include "lint/without.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_taken_out = 256;   // rules that are proved one by one to change nothing

using Found = std::array<std::vector<Piece>, std::size(all_ways)>;

struct FoundGroup {
  DiffGroup group;
  Found pieces;
};

const Treatment::Passed* passed_where(const Treatment& t, TableId table, Hook hook) {
  const Treatment::Passed* found = nullptr;
  for (const auto& p : t.accepted)
    if (p.rule.table == table && p.hook == hook) found = &p;
  return found;
}

// The rule of `a` that makes the difference to `b`.
std::optional<RuleId> responsible(const Treatment& a, const Treatment& b, const DifferentPart& part) {
  if (part.var != no_var) return a.values[part.var].rule;
  if (a.by && (a.fate != b.fate || a.target != b.target)) return a.by;
  if (b.by && !a.by) {
    const Treatment::Passed* there = passed_where(a, b.by->table, b.hook);
    return there ? std::optional(there->rule) : std::nullopt;
  }
  for (std::size_t i = 0; i < a.noted.size(); ++i)
    if (i >= b.noted.size() || a.noted[i] != b.noted[i]) return a.noted_by[i];
  return a.by;
}

// What of a packet's end shows.
bool same_end(const Result& a, const Result& b) {
  if (a.fate != b.fate || a.out_if != b.out_if || a.generated.size() != b.generated.size() || a.out.size() != b.out.size()) return false;
  for (std::size_t i = 0; i < a.generated.size(); ++i)
    if (!same_end(a.generated[i], b.generated[i])) return false;
  if (a.fate == Fate::dropped || a.fate == Fate::ignored) return true;
  for (Field f : {Field::src, Field::dst, Field::sport, Field::dport, Field::icmp, Field::mark, Field::ct_mark, Field::tos, Field::ttl, Field::priority, Field::tcp_mss, Field::tcp_flags})
    if (a.packet.fields.has(f) != b.packet.fields.has(f) || a.packet.fields.get(f) != b.packet.fields.get(f)) return false;
  return (a.ct_state == CtState::untracked) == (b.ct_state == CtState::untracked);
}

// Packets that end within their transport header: matches of iptables drop them or look no further, rules of nft see the protocol.
Pred cut_off(Family family) {
  struct Header {
    unsigned protocol, bytes;
  };
  std::vector<Pred> parts;
  for (const Header& h : {Header{6, 20}, Header{17, 8}, Header{family == Family::v4 ? 1U : 58U, 8}, Header{33, 12}, Header{132, 12}, Header{136, 8},
                          Header{50, 8}, Header{51, 12}, Header{108, 4}, Header{135, 6}})
    parts.push_back(all({is(Field::proto, h.protocol), is(Field::frag_off, 0), in(Field::l4_len, Range{0, h.bytes - 1})}));
  return any(std::move(parts));
}

class Differ {
 public:
  Differ(const Ruleset& before, const Ruleset& after, const Host* host, const DiffOptions& options) : rulesets_{&before, &after}, host_(host), options_(options) {
    std::vector<Pred> questions;
    for (const Traffic& t : options.allowed) questions.push_back(t.pred);
    out_.prepared = prepare({&before, &after}, host, questions, options.other_words);
    out_.texts = std::make_unique<RuleTexts>(*out_.prepared.rules[0], *out_.prepared.rules[1], options.other_words);
    if (options.other_words) cut_off_ = lower(space(), cut_off(before.family)).boxes;
    options_.explore.note_memory = true;
    options_.explore.note_logs = options.logs;
  }

  Diff run() {
    out_.alignment = align(*out_.prepared.rules[0], *out_.prepared.rules[1], *out_.texts, {.logs = options_.logs});
    joint_.emplace(out_.prepared[0], out_.prepared[1], false);
    const auto sees_marks = [&](std::size_t v) { return std::any_of(std::begin(all_ways), std::end(all_ways), [&](Way w) { return explorer(v).plan(w).marked() != explorer(v).plan(w).start; }); };
    const bool marks = sees_marks(0) || sees_marks(1);
    // What needs no look at each packet comes first: many of them may come to those rules.
    const bool alike = out_.alignment.changed[0].empty() && out_.alignment.changed[1].empty() ? true : !marks && same_without_changes();
    if (!alike && options_.quick) {
      out_.undecided.push_back({.version = 0, .rule = {}, .text = "the rules alone do not tell", .packet = {}});
      return std::move(out_);
    }
    if (!alike) examine();
    // Only what has a mark before it comes here may be treated differently: then it is said.
    if (marks && !options_.quick && groups_.empty() && out_.undecided.empty()) {
      joint_.emplace(out_.prepared[0], out_.prepared[1], true);
      options_.explore.marked = marked_ = true;
      for (auto& done : done_) done.clear();
      examine();
    }
    if (!alike && groups_.empty() && !out_.undecided.empty() && same_without_changes()) out_.undecided.clear();
    fragments();
    for (FoundGroup& found : groups_) finish(found);
    return std::move(out_);
  }

 private:
  const Explorer& explorer(std::size_t version) const { return out_.prepared[version]; }
  const Space& space() const { return *out_.prepared.space; }

  void examine() {
    for (std::size_t v = 0; v < 2; ++v)
      for (const RuleId& id : out_.alignment.changed[v]) examine(v, id);
  }

  // All packets that a changed rule matches, but those already looked at.
  void examine(std::size_t version, const RuleId& id) {
    std::vector<std::pair<Way, Piece>> todo;
    std::size_t seen = 0;
    bool all = explorer(version).arrivals(id, [&](Way way, const Piece& found) {
      std::vector<Box>& done = done_[static_cast<std::size_t>(way)];
      if (auto piece = joint_->from(version, found, joint_->start(way)))
        for (Piece& part : subtract(*piece, done)) {
          done.push_back(box_of(space(), part));
          todo.emplace_back(way, std::move(part));
        }
      return ++seen < options_.most_pieces && todo.size() < options_.most_pieces;
    }, options_.explore);
    all = all && seen < options_.most_pieces && todo.size() < options_.most_pieces;
    for (const auto& [way, piece] : todo) all = look(way, piece) && all;
    if (all) return;
    const Explorer::Reached one = explorer(version).reach(id);
    NotDecided undecided{.version = version, .rule = id, .text = "too many classes of packets come to it", .packet = {}};
    if (one.answer == Explorer::Reached::Answer::yes) undecided.packet = confirmed_witness(explorer(version), one, id, host_);
    out_.undecided.push_back(std::move(undecided));
  }

  // Whether each version, without the few rules that only it has, as far as it is proved to be then what it was, is like
  // the other.
  bool same_without_changes() {
    const auto& only = out_.alignment.only;
    if (only[0].empty() && only[1].empty()) return true;
    if (reduced_ || only[0].size() + only[1].size() > most_taken_out) return false;
    std::array<Ruleset, 2> less;
    std::size_t taken = 0;
    for (std::size_t v = 0; v < 2; ++v) {
      std::vector<RuleId> rules;   // not policies
      std::copy_if(only[v].begin(), only[v].end(), std::back_inserter(rules), [&](const RuleId& id) { return explorer(v).rules().rule(id); });
      Reduced reduced = without_needless(*rulesets_[v], std::move(rules), host_);
      taken += reduced.taken;
      less[v] = std::move(reduced.ruleset);
    }
    if (taken == 0) return false;
    Differ rest(less[0], less[1], host_, options_);
    rest.reduced_ = true;
    return rest.run().same();
  }

  // What is treated in one way by one version.
  struct Share {
    Treatment treatment;
    std::size_t effect = 0;
    std::vector<Piece> pieces;
  };

  // Both versions' treatment of packets that begin a way. False when the budget was used up.
  bool look(Way way, const Piece& piece) {
    std::array<std::vector<Share>, 2> shares;
    std::map<std::string, std::size_t> effects;
    bool all = true;
    for (std::size_t v = 0; v < 2; ++v) {
      std::map<std::string, std::size_t> known;
      all = each_leaf(v, way, piece, false, [&](Treatment t, Piece part) {
        std::string key = effect_key(t);
        const std::size_t effect = effects.emplace(key, effects.size()).first->second;
        const auto [at, fresh] = known.emplace(key + rules_key(t), shares[v].size());
        if (fresh) shares[v].push_back({std::move(t), effect, {}});
        shares[v][at->second].pieces.push_back(std::move(part));
        return true;
      }) && all;
      for (Share& share : shares[v]) share.pieces = join(std::move(share.pieces));
    }
    std::map<std::pair<std::size_t, std::size_t>, bool> alike;
    for (const Share& a : shares[0])
      for (const Share& b : shares[1]) {
        const auto [at, fresh] = alike.try_emplace({a.effect, b.effect}, true);
        if (fresh) {
          std::vector<DifferentPart> parts;
          if (compatible(a.treatment, b.treatment)) compare(space(), a.treatment, b.treatment, piece, parts);
          at->second = parts.empty();
        }
        if (!at->second) meet(way, a, b);
      }
    return all;
  }

  void meet(Way way, const Share& a, const Share& b) {
    for (const Piece& p : a.pieces)
      for (const Piece& q : b.pieces) {
        Piece both = p;
        if (!narrow(both, q)) continue;
        std::vector<DifferentPart> parts;
        for (const Piece& whole : subtract(both, cut_off_)) compare(space(), a.treatment, b.treatment, whole, parts);
        for (DifferentPart& part : parts)
          if (possible(way, part.packets)) record(way, a.treatment, b.treatment, std::move(part));
      }
  }

  // Some packet of these is none that the laws leave out.
  bool possible(Way way, const Piece& piece) {
    for (std::size_t v = 0; v < 2; ++v) {
      bool any = false;
      const bool ended = each_leaf(v, way, piece, true, [&](const Treatment&, const Piece&) {
        any = true;
        return false;
      });
      if (!any && ended) return false;
    }
    return true;
  }

  // `see` gets what is treated in one way, as it begins; false when it, or a `see`, did not come to its end.
  template <class See>
  bool each_leaf(std::size_t version, Way way, const Piece& piece, bool lawful, See see) {
    const Explorer& e = explorer(version);
    const Piece begun = joint_->into(version, piece);
    bool all = true;
    const bool ended = e.explore(way, begun, [&](const Leaf& leaf) {
      auto origin = e.origin(leaf, begun);
      if (!origin || (lawful && e.origins(way, leaf, 1).empty())) return true;
      auto joint = joint_->from(version, std::move(*origin), piece);
      if (joint && !see(treatment_of(e, leaf, *out_.texts, version), std::move(*joint))) all = false;
      return all;
    }, options_.explore);
    return all && ended;
  }

  void record(Way way, const Treatment& before, const Treatment& after, DifferentPart part) {
    DiffGroup group{.before = responsible(before, after, part), .after = responsible(after, before, part),
                    .was = text_of(space(), before, *out_.texts), .now = text_of(space(), after, *out_.texts), .perhaps = part.perhaps || marked_};
    group.notes_only = before.fate == after.fate && before.target == after.target && part.var == no_var;
    if (before.fate == PieceFate::dropped && after.fate == PieceFate::dropped) group.notes_only = true;
    const auto [at, fresh] = by_key_.emplace(std::tuple{group.before, group.after, group.was, group.now, group.perhaps, group.notes_only}, groups_.size());
    if (fresh) groups_.push_back({std::move(group), {}});
    groups_[at->second].pieces[static_cast<std::size_t>(way)].push_back(std::move(part.packets));
  }

  // Later fragments exist for the rules of one version only, when the other puts packets together first. It is no
  // difference when those rules let all of them pass.
  void fragments() {
    const auto& rules = out_.prepared.rules;
    if (rules[0]->defrag == rules[1]->defrag) return;
    const std::size_t version = rules[0]->defrag ? 1 : 0;
    const Var v = space().of(Field::frag_off);
    bool pass = true;
    for (Way way : all_ways) {
      Piece piece = explorer(version).plan(way).start;
      piece[v] = space().everything(v) - AtomSet::one(space().atom_of(v, 0));
      const bool ended = explorer(version).explore(way, piece, [&](const Leaf& leaf) {
        const Treatment t = treatment_of(explorer(version), leaf, *out_.texts, version);
        pass = pass && (explorer(version).origins(way, leaf, 1).empty() || (t.fate == PieceFate::passed && t.untracked == false &&
               std::all_of(t.values.begin(), t.values.end(), [](const FinalValue& f) { return f.kind == FinalValue::Kind::begun; })));
        return pass;
      }, options_.explore);
      pass = pass && ended;
    }
    if (pass) return;
    out_.undecided.push_back({.version = version, .rule = {}, .text = fmt::format(
        "later fragments meet these rules by themselves; the {} version tracks connections or puts packets together before its rules", version == 0 ? "new" : "old"), .packet = {}});
  }

  // What is allowed apart from what is not, in words, with packets.
  void finish(FoundGroup& found) {
    DiffGroup other = found.group, intended = found.group;
    for (Way way : all_ways) {
      std::vector<Piece> pieces = std::move(found.pieces[static_cast<std::size_t>(way)]), left;
      std::vector<Piece> named;
      const std::vector<Box> boxes = allowed(way);
      for (Piece& piece : pieces) {
        std::vector<Piece> outside{std::move(piece)};
        for (const Box& box : boxes) {
          std::vector<Piece> next;
          for (Piece& p : outside) {
            if (split(p, box, next))
              named.push_back(std::move(p));
            else
              next.push_back(std::move(p));
          }
          outside = std::move(next);
        }
        std::move(outside.begin(), outside.end(), std::back_inserter(left));
      }
      classes(way, std::move(left), other);
      classes(way, std::move(named), intended);
    }
    confirm(other);
    confirm(intended);
    if (!other.classes.empty()) out_.groups.push_back(std::move(other));
    if (!intended.classes.empty()) out_.allowed.push_back(std::move(intended));
  }

  std::vector<Box> allowed(Way way) const {
    std::vector<Box> boxes;
    for (const Traffic& t : options_.allowed) {
      if ((t.way && *t.way != way) || (t.local && way != Way::output) || (t.family && *t.family != space().family())) continue;
      Boxes lowered = lower(space(), t.pred);
      // Who allows a port does not care how long the packet is.
      for (Box& box : lowered.boxes) std::erase_if(box.limits, [&](const auto& limit) { return limit.first == space().of(Field::l4_len); });
      if (lowered.exact) std::move(lowered.boxes.begin(), lowered.boxes.end(), std::back_inserter(boxes));
    }
    return boxes;
  }

  void classes(Way way, std::vector<Piece> pieces, DiffGroup& group) {
    for (Piece& piece : join(std::move(pieces))) {
      std::string text = text_of(space(), worded(piece, way), joint_->start(way));
      group.classes.push_back({.way = way, .packets = std::move(piece), .text = std::move(text), .packet = {}});
    }
  }

  // Without what goes without saying: a packet that has ports is no later fragment, and it is long enough for its header.
  Piece worded(const Piece& piece, Way way) const {
    bool header = false;
    for (Field f : {Field::sport, Field::dport, Field::tcp_flags, Field::icmp})
      if (const Var v = space().of(f); v != no_var) header = header || !piece[v].contains(space()[v].absent());
    Piece out = piece;
    const Var fragment = space().of(Field::frag_off), length = space().of(Field::l4_len), proto = space().of(Field::proto);
    const bool tcp = piece[proto] == space().in(proto, {{6, 6}});
    if ((header || tcp) && piece[fragment].contains(space().atom_of(fragment, 0)) && piece[length].covers(space().in(length, {{20, 0xffffffff}}))) {
      if (header) out[fragment] = joint_->start(way)[fragment];
      out[length] = joint_->start(way)[length];
    }
    return out;
  }

  void confirm(DiffGroup& group) {
    for (std::size_t i = 0; i < group.classes.size(); ++i) {
      DiffClass& c = group.classes[i];
      const bool shown = i < options_.most_shown;
      for (unsigned nth = 0; nth < 12; ++nth) {
        auto witness = make_witness(space(), c.way, nth % 2 == 0 ? ordinary(space(), c.packets) : c.packets, host_, nth / 2);
        if (!witness) continue;
        c.confirmed = shown && treated_differently(*witness, *rulesets_[0], *rulesets_[1]);
        if (c.confirmed || !c.packet) c.packet = std::move(witness);
        if (c.confirmed || !shown || group.perhaps || group.notes_only) break;
      }
    }
  }

  std::array<const Ruleset*, 2> rulesets_;
  const Host* host_;
  DiffOptions options_;
  Diff out_;
  std::optional<Joint> joint_;
  std::vector<Box> cut_off_;   // packets that are not compared
  std::array<std::vector<Box>, std::size(all_ways)> done_;
  bool reduced_ = false;   // a question within one: what can be taken out is
  bool marked_ = false;   // looking at packets that come with a mark
  std::vector<FoundGroup> groups_;
  std::map<std::tuple<std::optional<RuleId>, std::optional<RuleId>, std::string, std::string, bool, bool>, std::size_t> by_key_;
};

}  // namespace

bool treated_differently(const Witness& witness, const Ruleset& before, const Ruleset& after) {
  return !same_end(replay(witness, before), replay(witness, after));
}

Diff diff(const Ruleset& before, const Ruleset& after, const Host* host, const DiffOptions& options) { return Differ(before, after, host, options).run(); }

}  // namespace fwsim
