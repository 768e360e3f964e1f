#include "lint/compare.hh"

#include <fmt/format.h>

#include <algorithm>

namespace fwsim {
namespace {

bool goes_on(PieceFate fate) { return fate == PieceFate::passed || fate == PieceFate::queued || fate == PieceFate::diverted; }

// An atom that is one value: what is written as a constant is.
bool one_value(const Space& space, Var v, Atom atom) {
  const Variable& var = space[v];
  if (var.optional && atom == var.absent()) return true;
  switch (var.kind) {
    case Variable::Kind::boolean: return true;
    case Variable::Kind::bits: return !var.others || atom + 1 < var.starts.size();
    case Variable::Kind::table: return std::count(var.table.begin(), var.table.end(), atom) == 1;
    case Variable::Kind::ordered: break;
  }
  const std::vector<Range> ranges = space.ranges(v, AtomSet::one(atom));
  return !ranges.empty() && ranges.front().low == ranges.front().high;
}

class Teller {
 public:
  Teller(const Explorer& e, const RuleTexts& texts, std::size_t version, Treatment& out) : space_(e.space()), texts_(texts), version_(version), out_(out), rules_(e.rules()) {
    for (Var v = 0; v < space_.vars().size(); ++v) out_.values.push_back({.from = v});
  }

  // The trail is told from its beginning.
  void tell(const Leaf& leaf) {
    std::vector<const Trail*> nodes;
    for (const Trail* t = leaf.trail.get(); t; t = t->before.get()) nodes.push_back(t);
    std::reverse(nodes.begin(), nodes.end());
    for (const Trail* t : nodes) node(*t);
    for (Var v = 0; v < out_.values.size(); ++v) settle(v, (*leaf.piece)[v]);
  }

 private:
  void node(const Trail& t) {
    switch (t.kind) {
      case Trail::Kind::laws: break;
      case Trail::Kind::matched:
        note(t.rule);
        break;
      case Trail::Kind::vague:
        out_.answers[nth(texts_.condition(version_, t.rule))] = t.yes ? 1 : 0;
        if (rules_.rule(t.rule)->remembers) note(t.rule);
        break;
      case Trail::Kind::choice: out_.answers[choice_key(t)] = t.pick; break;
      case Trail::Kind::accepted: out_.accepted.push_back({t.rule, t.hook}); break;
      case Trail::Kind::change: change(t); break;
    }
  }

  void note(const RuleId& rule) {
    out_.noted.push_back(texts_.notes(version_, rule));
    out_.noted_by.push_back(rule);
  }

  // Conditions and targets have numbers from 0 on; mappings of known connections, which are of no rule, have others.
  static int mapping_key(const Trail& t) { return -1 - static_cast<int>(t.hook); }
  std::pair<int, int> nth(int key) { return {key, times_[key]++}; }
  std::pair<int, int> choice_key(const Trail& t) {
    if (!rules_.rule(t.rule)) return nth(mapping_key(t));
    return nth(texts_.target(version_, t.rule));
  }

  void change(const Trail& t) {
    if (t.var == space_.of(Field::ct_state)) {
      out_.untracked = true;
      out_.values[t.var].rule = t.rule;
      return;
    }
    FinalValue& value = out_.values[t.var];
    settle(t.var, t.was);
    if (!t.by) {
      // Of a mapping: one change of each field.
      value = {.kind = FinalValue::Kind::chosen, .from = no_var, .atom = 0, .map = {}, .key = {-100, t.var}, .rule = t.rule};
      return;
    }
    switch (t.by->kind) {
      case Change::Kind::copy:
        value = out_.values[t.by->from];
        break;
      case Change::Kind::map:
        if (value.kind == FinalValue::Kind::fixed) {
          value.atom = t.by->map[value.atom];
        } else if (value.kind == FinalValue::Kind::begun) {
          std::vector<Atom> map = t.by->map;
          if (!value.map.empty())
            for (std::size_t a = 0; a < map.size(); ++a) map[a] = t.by->map[value.map[a]];
          value.map = std::move(map);
        } else {
          value.key = nth(texts_.target(version_, t.rule));
        }
        break;
      case Change::Kind::set:
        if (t.by->values.size() == 1 && one_value(space_, t.var, t.by->values.first()))
          value = {.kind = FinalValue::Kind::fixed, .from = no_var, .atom = t.by->values.first(), .map = {}, .key = {}, .rule = {}};
        else
          value = {.kind = FinalValue::Kind::chosen, .from = no_var, .atom = 0, .map = {}, .key = key_of(t), .rule = {}};
        break;
    }
    value.rule = t.rule;
  }

  // One rule's changes are one choice.
  std::pair<int, int> key_of(const Trail& t) {
    if (last_choice_ != t.rule) last_key_ = nth(texts_.target(version_, t.rule));
    last_choice_ = t.rule;
    return last_key_;
  }

  // What a choice must have been, by what it had become when it was written over or at the end.
  void settle(Var v, const AtomSet& now) {
    const FinalValue& value = out_.values[v];
    if (value.kind != FinalValue::Kind::chosen) return;
    const auto [at, fresh] = out_.chosen.emplace(std::pair{value.key, v}, now);
    if (!fresh) at->second = at->second & now;
  }

  const Space& space_;
  const RuleTexts& texts_;
  std::size_t version_;
  Treatment& out_;
  const Symbolic& rules_;
  std::map<int, int> times_;
  std::optional<RuleId> last_choice_;
  std::pair<int, int> last_key_;
};

}  // namespace

Treatment treatment_of(const Explorer& explorer, const Leaf& leaf, const RuleTexts& texts, std::size_t version) {
  Treatment out{.fate = leaf.outcome, .by = leaf.by, .hook = leaf.hook, .vague = leaf.vague};
  if (leaf.by) out.target = texts.target(version, *leaf.by);
  Teller(explorer, texts, version, out).tell(leaf);
  return out;
}

namespace {

void put(std::string& key, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) key += static_cast<char>(static_cast<unsigned char>(number | 0x80));
  key += static_cast<char>(static_cast<unsigned char>(number));
}

void put(std::string& key, const std::pair<int, int>& number) {
  put(key, static_cast<std::uint32_t>(number.first));
  put(key, static_cast<std::uint32_t>(number.second));
}

void put(std::string& key, const RuleId& rule) {
  put(key, static_cast<std::uint64_t>(rule.table));
  put(key, rule.chain);
  put(key, rule.index);
}

}  // namespace

std::string effect_key(const Treatment& t) {
  std::string key;
  put(key, static_cast<std::uint64_t>(t.fate) * 4 + (t.untracked ? 2U : 0U) + (t.vague ? 1U : 0U));
  put(key, static_cast<std::uint64_t>(t.target));
  for (Var v = 0; v < t.values.size(); ++v) {
    const FinalValue& f = t.values[v];
    if (f.kind == FinalValue::Kind::begun && f.from == v && f.map.empty()) continue;
    put(key, v);
    put(key, static_cast<std::uint64_t>(f.kind));
    put(key, f.from);
    put(key, f.atom);
    put(key, f.key);
    put(key, f.map.size());
    for (Atom a : f.map) put(key, a);
  }
  put(key, t.answers.size());
  for (const auto& [which, answer] : t.answers) {
    put(key, which);
    put(key, answer);
  }
  for (const auto& [which, set] : t.chosen) {
    put(key, which.first);
    put(key, which.second);
    for (const AtomInterval& i : set.intervals()) {
      put(key, i.low);
      put(key, i.high);
    }
  }
  put(key, t.noted.size());
  for (int n : t.noted) put(key, static_cast<std::uint64_t>(n));
  return key;
}

std::string rules_key(const Treatment& t) {
  std::string key;
  if (t.by) put(key, *t.by);
  put(key, static_cast<std::uint64_t>(t.hook));
  for (const auto& p : t.accepted) put(key, p.rule);
  for (const FinalValue& f : t.values)
    if (f.rule) put(key, *f.rule);
  for (const RuleId& r : t.noted_by) put(key, r);
  return key;
}

bool compatible(const Treatment& before, const Treatment& after) {
  for (const auto& [key, answer] : before.answers) {
    const auto other = after.answers.find(key);
    if (other != after.answers.end() ? other->second != answer : key.first < 0 && answer != 0) return false;
  }
  // A mapping that only one version can have made is told of where the first packet is.
  for (const auto& [key, answer] : after.answers)
    if (key.first < 0 && answer != 0 && !before.answers.contains(key)) return false;
  for (const auto& [key, set] : before.chosen) {
    const auto other = after.chosen.find(key);
    if (other != after.chosen.end() && !set.overlaps(other->second)) return false;
  }
  return true;
}

namespace {

bool derived(const Variable& var) {
  switch (var.field) {
    case Field::src_type:
    case Field::dst_type:
    case Field::src_type_in:
    case Field::dst_type_in:
    case Field::src_type_out:
    case Field::dst_type_out: return true;
    default: return var.kind == Variable::Kind::boolean;
  }
}

class Comparison {
 public:
  Comparison(const Space& space, bool vague, std::vector<DifferentPart>& out) : space_(space), vague_(vague), out_(out) {}

  // Splits off the packets of which the two values differ; `rest` becomes those of which they do not. False when none is left.
  bool values(Var v, const FinalValue& x, const FinalValue& y, Piece& rest) {
    if (x == y) return true;
    using Kind = FinalValue::Kind;
    if (x.kind == Kind::chosen || y.kind == Kind::chosen) return add(rest, v, true), false;
    if (x.kind == Kind::fixed && y.kind == Kind::fixed) return add(rest, v, false), false;
    if (x.kind == Kind::begun && y.kind == Kind::begun && x.from != y.from) return two_beginnings(v, x, y, rest);
    const Var from = x.kind == Kind::begun ? x.from : y.from;
    std::vector<AtomInterval> same;
    for (const AtomInterval& i : rest[from].intervals())
      for (Atom a = i.low; a <= i.high; ++a)
        if (end(x, a) == end(y, a)) same.push_back({a, a});
    const AtomSet equal = AtomSet::of(std::move(same));
    Piece differing = rest;
    differing[from] = rest[from] - equal;
    if (!differing[from].empty()) add(differing, v, false);
    rest[from] = equal;
    return !equal.empty();
  }

  void add(Piece piece, Var v, bool perhaps) { out_.push_back({std::move(piece), perhaps || vague_, v}); }

 private:
  static Atom end(const FinalValue& value, Atom begun) {
    if (value.kind == FinalValue::Kind::fixed) return value.atom;
    return value.map.empty() ? begun : value.map[begun];
  }

  // A mark that was another field: equal where both are known and equal.
  bool two_beginnings(Var v, const FinalValue& x, const FinalValue& y, Piece& rest) {
    Piece differing = rest;
    if (rest[x.from].single() && rest[y.from].single()) {
      const Atom a = end(x, rest[x.from].first()), b = end(y, rest[y.from].first());
      if (a == b && one_value(space_, v, a)) return true;
      add(std::move(differing), v, a == b);
      return false;
    }
    add(std::move(differing), v, true);
    return false;
  }

  const Space& space_;
  bool vague_;
  std::vector<DifferentPart>& out_;
};

}  // namespace

void compare(const Space& space, const Treatment& before, const Treatment& after, const Piece& packets, std::vector<DifferentPart>& out) {
  const bool vague = before.vague || after.vague;
  Comparison comparison(space, vague, out);
  const bool unknown = before.fate == PieceFate::unknown || after.fate == PieceFate::unknown;
  const bool same_end = before.fate == after.fate && (before.fate == PieceFate::passed || before.fate == PieceFate::dropped || before.target == after.target);
  if (!same_end) return comparison.add(packets, no_var, unknown);
  Piece rest = packets;
  if (goes_on(before.fate)) {
    if (before.untracked != after.untracked) return comparison.add(rest, space.of(Field::ct_state), false);
    for (Var v = 0; v < before.values.size(); ++v) {
      // What follows from other fields is told by those.
      if (derived(space[v])) continue;
      if (!comparison.values(v, before.values[v], after.values[v], rest)) return;
    }
  }
  if (before.noted != after.noted) comparison.add(std::move(rest), no_var, false);
}

namespace {

std::string number_text(const Space& space, Var v, u128 value) {
  switch (space[v].field) {
    case Field::src:
    case Field::dst: return address_text(space.family(), value);
    case Field::in_if:
    case Field::out_if: return name_text(value);
    case Field::mark:
    case Field::ct_mark:
    case Field::tos: return fmt::format("{:#x}", static_cast<std::uint64_t>(value));
    default: return fmt::format("{}", static_cast<std::uint64_t>(value));
  }
}

// "mark 0x5", "mark 0x1/0xff", "src by MASQUERADE"; empty when the field is as it was.
std::string field_text(const Space& space, const Treatment& t, Var first, unsigned groups, const RuleTexts& texts) {
  const std::string_view name = field_name(space[first].field);
  u128 value = 0, mask = 0, all = 0;
  std::string other;
  for (Var v = first; v < first + groups; ++v) {
    const FinalValue& f = t.values[v];
    all |= space[v].mask;
    if (f.kind == FinalValue::Kind::fixed) {
      if (space[v].kind != Variable::Kind::bits) return fmt::format("{} {}", name, number_text(space, v, space.example(v, f.atom)));
      value |= space.example(v, f.atom);
      mask |= space[v].mask;
    } else if (f.kind == FinalValue::Kind::chosen) {
      other = f.key.first >= 0 ? fmt::format("{} by {}", name, texts.text(f.key.first)) : fmt::format("{} of its connection's mapping", name);
    } else if (f.from != v) {
      other = fmt::format("{} from {}", name, field_name(space[f.from].field));
    } else if (!f.map.empty()) {
      other = fmt::format("{} changed", name);
    }
  }
  if (!other.empty() || mask == 0) return other;
  if (mask == all) return fmt::format("{} {}", name, number_text(space, first, value));
  return fmt::format("{} {}/{:#x}", name, number_text(space, first, value), static_cast<std::uint64_t>(mask));
}

}  // namespace

std::string text_of(const Space& space, const Treatment& t, const RuleTexts& texts) {
  std::string text(piece_fate_name(t.fate));
  if (t.fate != PieceFate::passed && t.fate != PieceFate::dropped && t.target != 0) text += " by " + texts.text(t.target);
  if (!goes_on(t.fate)) return text;
  if (t.untracked) text += ", untracked";
  for (Var v = 0; v < t.values.size();) {
    const Variable& var = space[v];
    const unsigned groups = var.kind == Variable::Kind::bits ? space.bit_groups(var.field) : 1;
    if (!derived(var))
      if (const std::string part = field_text(space, t, v, groups, texts); !part.empty()) text += ", " + part;
    v = static_cast<Var>(v + groups);
  }
  return text;
}

}  // namespace fwsim
