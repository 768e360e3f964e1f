#include "lint/answers.hh"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "lint/text.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t most_looks = 2'000'000;   // for one question
constexpr std::size_t most_leaves = 20'000;
constexpr std::size_t most_of_one = 512;          // pieces of one class that are kept apart

bool certain(const std::vector<Class>& list) {
  return std::none_of(list.begin(), list.end(), [](const Class& c) { return c.vague; });
}

}  // namespace

bool Answered::all_pass() const { return complete && !passed.empty() && stopped.empty() && other.empty() && certain(passed); }
bool Answered::all_stop() const { return complete && passed.empty() && !stopped.empty() && other.empty() && certain(stopped); }

Answers::Answers(const Ruleset& ruleset, const Host* host, std::span<const Asked> questions) : host_(host) {
  std::vector<Pred> preds;
  for (const Asked& question : questions) {
    if (question.family.value_or(ruleset.family) != ruleset.family) continue;
    QuestionFault fault;
    const auto traffic = read_traffic(question.traffic, fault);
    assert(traffic);
    if (traffic->family.value_or(ruleset.family) != ruleset.family) continue;
    const Pred pred = asked(*traffic, ruleset.family, needs_conntrack(ruleset));
    preds.push_back(pred);
    preds_.emplace(Key{question.way, question.traffic, question.lawless}, pred);
  }
  prepared_ = prepare({&ruleset}, host, preds);
}

const Answered& Answers::of(const Asked& question) const {
  const Key key{question.way, question.traffic, question.lawless};
  auto found = found_.find(key);
  if (found == found_.end()) {
    const auto pred = preds_.find(key);
    found = found_.emplace(key, pred == preds_.end() ? Answered{} : find(question, pred->second)).first;
  }
  return found->second;
}

Answered Answers::find(const Asked& question, const Pred& pred) const {
  const Way way = question.way;
  Answered out;
  bool exact = true;
  out.asked = pieces_of(explorer(), way, pred, false, exact);
  std::map<std::tuple<PieceFate, RuleId, bool>, Class> classes;
  std::size_t leaves = 0;
  for (const Piece& piece : out.asked) {
    const bool all = explorer().explore(way, piece, [&](const Leaf& leaf) {
      if (++leaves > most_leaves) return false;
      Class one;
      if (!add_leaf(explorer(), way, leaf, piece, one, !question.lawless)) return true;
      Class& c = classes[{one.fate, one.by.value_or(RuleId{}), one.vague}];
      std::vector<Piece> pieces = std::move(c.pieces), real = std::move(c.real);
      if (pieces.size() >= most_of_one) {
        out.complete = false;
      } else {
        std::move(one.pieces.begin(), one.pieces.end(), std::back_inserter(pieces));
        std::move(one.real.begin(), one.real.end(), std::back_inserter(real));
      }
      c = std::move(one);
      c.pieces = std::move(pieces);
      c.real = std::move(real);
      return true;
    }, {.apart = true, .budget = most_looks});
    out.complete = out.complete && all && leaves <= most_leaves;
  }
  out.complete = out.complete && exact;
  for (auto& [key, c] : classes) {
    merge(c.pieces);
    const bool stops = c.fate == PieceFate::dropped || c.fate == PieceFate::rejected;
    (c.fate == PieceFate::passed ? out.passed : stops ? out.stopped : out.other).push_back(std::move(c));
  }
  return out;
}

std::string Answers::packet(const Class& c, const std::vector<Piece>& pieces) const {
  Class some = c;
  if (!pieces.empty()) {
    some.pieces = as_asked(space(), pieces, c.real);
    some.real.clear();
  }
  const auto witness = packet_of(explorer(), some, host_);
  return witness ? witness->question : "";
}

std::string Answers::words(Way way, const Piece& piece) const { return text_of(space(), piece, explorer().plan(way).start); }

std::optional<Piece> part_of(const Space& space, const Piece& piece, Field field, const std::vector<Range>& ranges) {
  const Var v = space.of(field);
  if (v == no_var) return piece;
  std::vector<AtomInterval> list;
  for (const Range& r : ranges)
    for (Atom a = space.atom_of(v, r.low), last = space.atom_of(v, r.high); a <= last; ++a) list.push_back({a, a});
  Piece part = piece;
  part[v] = part[v] & AtomSet::of(std::move(list));
  if (part[v].empty()) return std::nullopt;
  return part;
}

u128 values_of(const Space& space, Field field, const std::vector<Piece>& pieces) {
  const Var v = space.of(field);
  if (pieces.empty()) return 0;
  if (v == no_var) return limit_of(field, space.family()) + 1;   // nobody asks: all of them
  u128 n = 0;
  for (const Range& r : space.ranges(v, hull(pieces)[v])) n += r.high - r.low + 1;
  return n;
}

bool from_anywhere(const Space& space, const std::vector<Piece>& pieces) {
  if (pieces.empty()) return false;
  const Var v = space.of(Field::src);
  if (v == no_var) return true;
  u128 halves = 0;   // of 2^128 addresses there is no number
  for (const Range& r : space.ranges(v, hull(pieces)[v])) halves += ((r.high - r.low) >> 1) + 1;
  return halves >= u128{1} << (space.family() == Family::v4 ? 30 : 123);
}

}  // namespace fwsim
