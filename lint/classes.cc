#include "lint/classes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "lint/join.hh"
#include "lint/text.hh"

namespace fwsim {
namespace {

constexpr std::size_t most_real = 64;
constexpr std::size_t most_merged = 4000;   // beyond it pieces stay as they are

// A rule that translates sources changes nothing that a fate hangs on: tests are asked again by no rule after it.
bool source_only(const Explorer& explorer, const SymbolicRule& rule) {
  bool source = false;
  for (const Change& c : rule.changes) {
    const Field field = explorer.space()[c.var].field;
    source = source || field == Field::src || field == Field::sport;
    if (field == Field::dst || field == Field::dport) return false;
  }
  return source;
}

bool covers(const Piece& big, const Piece& small) {
  for (std::size_t v = 0; v < big.size(); ++v)
    if (!big[v].covers(small[v])) return false;
  return true;
}

}  // namespace

void merge(std::vector<Piece>& pieces) {
  if (pieces.size() < 2 || pieces.size() > most_merged) return;
  pieces = join(std::move(pieces));
  for (std::size_t i = 0; i < pieces.size(); ++i)
    for (std::size_t j = 0; j < pieces.size(); ++j)
      if (i != j && covers(pieces[j], pieces[i])) {
        pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i--));
        break;
      }
}

std::vector<Piece> pieces_of(const Explorer& explorer, Way way, const Pred& pred, bool mark_given, bool& exact) {
  const Space& space = explorer.space();
  Piece start = explorer.plan(way).start;
  if (mark_given)
    for (Var v = space.of(Field::mark), n = 0; v != no_var && n < space.bit_groups(Field::mark); ++v, ++n) start[v] = space.everything(v);
  const Boxes boxes = lower(space, pred);
  exact = exact && boxes.exact;
  std::vector<Piece> out;
  std::vector<Box> before;
  for (const Box& box : boxes.boxes) {
    Piece piece = start;
    if (!narrow(piece, box)) continue;
    for (Piece& part : subtract(piece, before)) out.push_back(std::move(part));
    before.push_back(box);
  }
  return out;   // not joined: what relax() leaves open differs by protocol
}

namespace {

constexpr Field relaxed[] = {Field::l4_len, Field::frag_off, Field::tcp_flags, Field::icmp};

// What the packets did not live to see is as it was asked.
void restore(const Space& space, Piece& piece, const Piece& asked) {
  const Var state = space.of(Field::ct_state), out = space.of(Field::out_if);
  if (piece[state].contains(space[state].absent())) piece[state] = asked[state];
  if (piece[out] == AtomSet::one(space.atom_of(out, 0))) piece[out] = asked[out];
}

}  // namespace

void relax(const Space& space, Piece& piece, const Piece& asked) {
  for (Field f : relaxed) {
    const Var v = space.of(f);
    if (v != no_var && piece[v].covers(asked[v])) piece[v] = space.everything(v);
  }
  restore(space, piece, asked);
}

std::vector<Piece> as_asked(const Space& space, std::vector<Piece> pieces, const std::vector<Piece>& real) {
  for (Piece& piece : pieces)
    for (Field f : relaxed) {
      const Var v = space.of(f);
      if (v == no_var) continue;
      AtomSet seen;
      for (const Piece& one : real)
        if (overlaps(piece, one)) seen = seen | one[v];
      if (seen = seen & piece[v]; !seen.empty()) piece[v] = seen;
    }
  return pieces;
}

std::optional<RuleId> decider(const Leaf& leaf) {
  if (leaf.by || leaf.outcome != PieceFate::passed) return leaf.by;
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get())
    if (t->kind == Trail::Kind::accepted && t->rule.table == TableId::filter) return t->rule;
  return std::nullopt;
}

bool unsure(const Explorer& explorer, const Leaf& leaf) {
  if (!leaf.vague) return false;
  if (leaf.outcome == PieceFate::unknown) return true;
  for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) {
    if (t->kind == Trail::Kind::vague) return true;
    if (t->kind == Trail::Kind::choice) {
      const bool of_source = t->rule.table == TableId::nat && (t->hook == Hook::postrouting || t->hook == Hook::input);
      if (!of_source && (t->pick != 0 || t->rule.table != TableId::nat)) return true;
    }
    if (t->kind == Trail::Kind::change && t->by) {
      const Field field = explorer.space()[t->var].field;
      const bool of_source = t->rule.table == TableId::nat && (field == Field::src || field == Field::sport);
      const SymbolicRule* rule = explorer.rules().rule(t->rule);
      if (!of_source && rule && !rule->exact_changes && t->by->kind == Change::Kind::set && !t->by->values.single() && !source_only(explorer, *rule)) return true;
    }
  }
  return false;
}

bool add_leaf(const Explorer& explorer, Way way, const Leaf& leaf, const Piece& asked, Class& c, bool laws) {
  std::vector<Piece> real;
  if (laws) real = explorer.origins(way, leaf, most_real);
  auto piece = explorer.origin(leaf, asked);
  if ((laws && real.empty()) || !piece) return false;
  relax(explorer.space(), *piece, asked);
  for (Piece& one : real) restore(explorer.space(), one, asked);
  c.way = way;
  c.fate = leaf.outcome;
  c.by = decider(leaf);
  c.vague = unsure(explorer, leaf);
  c.pieces.push_back(std::move(*piece));
  if (c.real.size() < most_real) std::move(real.begin(), real.end(), std::back_inserter(c.real));
  return true;
}

namespace {

void add_class(Class c, Class& known) {
  Class both = std::move(known);
  known = std::move(c);
  std::move(both.pieces.begin(), both.pieces.end(), std::back_inserter(known.pieces));
  std::move(both.real.begin(), both.real.end(), std::back_inserter(known.real));
  if (known.real.size() > most_real) known.real.resize(most_real);
}

}  // namespace

Classes classify(const Explorer& explorer, Way way, const std::vector<Piece>& pieces, ExploreOptions options) {
  options.apart = true;
  using Key = std::tuple<bool, bool, RuleId, PieceFate>;   // not passed, vague
  std::map<Key, Class> found;
  Classes out;
  for (const Piece& piece : pieces) {
    out.complete = explorer.explore(way, piece, [&](const Leaf& leaf) {
      Class c;
      if (!add_leaf(explorer, way, leaf, piece, c)) return true;
      Class& known = found[{leaf.outcome != PieceFate::passed, c.vague, c.by.value_or(RuleId{}), leaf.outcome}];
      add_class(std::move(c), known);
      return true;
    }, options) && out.complete;
  }
  for (auto& [key, c] : found) {
    merge(c.pieces);
    out.list.push_back(std::move(c));
  }
  return out;
}

bool agrees(const Result& result, PieceFate fate) {
  const bool passed = result.fate == Fate::forwarded || result.fate == Fate::delivered || result.fate == Fate::sent;
  switch (fate) {
    case PieceFate::passed: return passed;
    case PieceFate::dropped:
    case PieceFate::rejected: return result.fate == Fate::dropped;
    case PieceFate::unknown: return result.fate == Fate::unknown;
    default: return true;
  }
}

std::optional<Witness> packet_of(const Explorer& explorer, const Class& c, const Host* host) {
  constexpr std::size_t most_pieces = 8;
  const Ruleset& ruleset = *explorer.rules().ruleset;
  // Ordinary packets come from the larger pieces, which say less than was asked. Where only some of the real ones were
  // kept they do not tell what that is.
  std::vector<std::vector<Piece>> lists;
  if (c.real.size() < most_real) lists.push_back(as_asked(explorer.space(), c.pieces, c.real));
  lists.push_back(c.real);
  for (const std::vector<Piece>& list : lists)
    for (std::size_t i = 0; i < list.size() && i < most_pieces; ++i)
      for (unsigned nth = 0; nth < 4; ++nth)
        if (auto witness = make_witness(explorer.space(), c.way, list[i], host, nth)) {
          const Result result = replay(*witness, ruleset);
          if (agrees(result, c.fate) && (!c.by || passed_by(result, ruleset, *c.by))) return witness;
        }
  return std::nullopt;
}

RulePlace place_of(const Symbolic& rules, const std::optional<RuleId>& id) {
  if (!id) return {};
  return {.name = rules.name(*id), .file = rules.ruleset->file, .line = rules.line(*id)};
}

PieceText describe(const Space& space, const Piece& piece, const Piece& all) {
  PieceText out{.text = text_of(space, piece, all), .fields = {}};
  const Var proto = space.of(Field::proto);
  const bool limited = all[proto].size() != space.everything(proto).size();
  if (out.text == "any")
    out.text = "all of them";
  else if (limited && out.text.starts_with("any"))
    out.text.erase(0, out.text.find_first_not_of(", ", 3));
  for (Var v = 0; v < piece.size(); ++v) {
    if (piece[v].covers(all[v])) continue;
    const Variable& var = space[v];
    const bool boolean = var.kind == Variable::Kind::boolean;
    out.fields.emplace_back(boolean ? var.text : std::string(field_name(var.field)),
                            boolean ? (piece[v].contains(1) ? "yes" : "no") : space.text(v, piece[v]));
  }
  return out;
}

Piece hull(const std::vector<Piece>& pieces) {
  Piece out = pieces.front();
  for (const Piece& piece : pieces)
    for (std::size_t v = 0; v < out.size(); ++v) out[v] = out[v] | piece[v];
  return out;
}

}  // namespace fwsim
