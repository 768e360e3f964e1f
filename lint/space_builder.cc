// SpaceBuilder: from what the rules ask to variables and their atoms.
#include <algorithm>
#include <set>

#include "lint/box.hh"
#include "lint/space.hh"

namespace fwsim {
namespace {

constexpr u128 word32 = 0xffffffff;

// The order of variables is that in which boxes are compared: what tells rules apart best comes first.
constexpr std::array front{Field::dst,   Field::src,      Field::dport,     Field::sport, Field::proto,
                           Field::in_if, Field::out_if,   Field::ct_state,  Field::icmp,  Field::tcp_flags,
                           Field::l4_len, Field::frag_off, Field::src_type, Field::dst_type};

std::vector<Field> field_order() {
  std::vector<Field> order(front.begin(), front.end());
  for (unsigned i = 1; i < field_count; ++i)
    if (std::find(order.begin(), order.end(), static_cast<Field>(i)) == order.end()) order.push_back(static_cast<Field>(i));
  return order;
}

}  // namespace

SpaceBuilder::SpaceBuilder(Family family) : family_(family) {
  // What the way itself tells apart (ways.cc): devices or none, martians, protocols with their headers.
  add(Field::in_if, {0, 0});
  add(Field::out_if, {0, 0});
  for (unsigned state = 0; state <= 4; ++state) add(Field::ct_state, {state, state});
  add(Field::frag_off, {0, 0});
  for (unsigned bytes : {4U, 6U, 8U, 12U, 20U}) add(Field::l4_len, {bytes, word32});
  for (unsigned p : {1U, 6U, 17U, 33U, 50U, 51U, 58U, 108U, 132U, 135U, 136U}) add(Field::proto, {p, p});
}

void SpaceBuilder::add(Field field, Range range) {
  Learned& learned = fields_[index_of(field)];
  learned.used = true;
  if (kind_of(field) == Variable::Kind::bits) {
    if (range.low == range.high) add_masked(field, range.low, limit_of(field, family_));
    return;
  }
  learned.ranges.push_back(range);
}

void SpaceBuilder::add_masked(Field field, u128 value, u128 mask) {
  Learned& learned = fields_[index_of(field)];
  learned.used = true;
  mask &= limit_of(field, family_);
  if (kind_of(field) != Variable::Kind::ordered)
    learned.masked.emplace_back(value & mask, mask);
  else if (is_prefix(field, family_, mask) && (value & ~mask) == 0)
    learned.ranges.push_back({value, value | (limit_of(field, family_) & ~mask)});
}

void SpaceBuilder::add(const Pred& pred) {
  switch (pred.kind) {
    case Pred::Kind::present: fields_[index_of(pred.field)].used = true; break;
    case Pred::Kind::in:
      fields_[index_of(pred.field)].used = true;
      for (const Range& range : pred.ranges) add(pred.field, range);
      break;
    case Pred::Kind::masked: add_masked(pred.field, pred.value, pred.mask); break;
    case Pred::Kind::oracle:
      if (is_pure(*pred.use)) tests_.emplace(test_text(*pred.use, family_), pred.use);
      break;
    default: break;
  }
  if (pred.field != Field::none) {
    const Pred there = presence(pred.field, family_);
    if (there.kind != Pred::Kind::always) add(there);
  }
  for (const Pred& part : pred.parts) add(part);
}

void SpaceBuilder::add(const Action& action) {
  if (const auto* assign = std::get_if<Assign>(&action)) {
    const u128 limit = limit_of(assign->to, family_);
    if (assign->shift_result || assign->shift != 0) return;   // any value afterwards
    Learned& to = fields_[index_of(assign->to)];
    to.used = true;
    if (kind_of(assign->to) == Variable::Kind::bits) {
      to.masked.emplace_back(0, assign->keep & limit);
      if (assign->from != Field::none) {
        to.masked.emplace_back(0, assign->from_mask & limit);
        fields_[index_of(assign->from)].masked.emplace_back(0, assign->from_mask & limit);
      }
      to.assigned.emplace_back(assign->constant & limit, assign->keep & limit);
    } else if (kind_of(assign->to) == Variable::Kind::table) {
      for (unsigned value = 0; value < 256; ++value) to.masked.emplace_back(value, 0xff);
    } else if (assign->keep == 0 && assign->from == Field::none) {
      to.ranges.push_back({assign->constant & limit, assign->constant & limit});
    }
  } else if (const auto* nat = std::get_if<Nat>(&action)) {
    const bool source = nat->kind == Nat::Kind::snat || nat->kind == Nat::Kind::masquerade;
    if (nat->address) fields_[index_of(source ? Field::src : Field::dst)].ranges.push_back(*nat->address);
    if (nat->address) fields_[index_of(source ? Field::dst : Field::src)].ranges.push_back(*nat->address);
    if (nat->ports) fields_[index_of(source ? Field::sport : Field::dport)].ranges.push_back(*nat->ports);
  }
}

void SpaceBuilder::add_rule(const Rule& rule) {
  const auto learn = [&](const Meaning& m) {
    add(m.hotdrop);
    add(m.matches);
  };
  learn(meaning_of(rule.basic, family_));
  for (const MatchUse& match : rule.matches) learn(meaning_of(match, family_));
  if (const auto* target = std::get_if<TargetUse>(&rule.target))
    for (const Action& action : actions_of(*target, family_)) add(action);
}

void SpaceBuilder::add(const Ruleset& ruleset) {
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains)
      for (const Rule& rule : chain.rules) add_rule(rule);
}

namespace {

std::vector<u128> boundaries(const std::vector<Range>& ranges, u128 limit) {
  std::vector<u128> starts{0};
  for (const Range& r : ranges) {
    if (r.low > r.high || r.low > limit) continue;
    starts.push_back(r.low);
    if (r.high < limit) starts.push_back(r.high + 1);
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

using MaskedTests = std::vector<std::pair<u128, u128>>;

void make_table(Variable& var, const std::vector<Range>& ranges, const MaskedTests& tests) {
  std::map<std::vector<bool>, Atom> known;
  var.table.resize(256);
  for (unsigned value = 0; value < 256; ++value) {
    std::vector<bool> answers;
    for (const Range& r : ranges) answers.push_back(r.contains(value));
    for (const auto& [wanted, mask] : tests) answers.push_back((value & mask) == wanted);
    const auto [at, fresh] = known.emplace(std::move(answers), static_cast<Atom>(var.starts.size()));
    if (fresh) var.starts.push_back(value);
    var.table[value] = at->second;
  }
}

// Bits that are in the same masks are never told apart by which mask they are in.
std::vector<u128> bit_classes(const MaskedTests& tests, u128 limit) {
  std::map<std::vector<bool>, u128> classes;
  for (u128 bit = 1; bit != 0 && bit <= limit; bit <<= 1) {
    std::vector<bool> in;
    for (const auto& test : tests) in.push_back((test.second & bit) != 0);
    classes[std::move(in)] |= bit;
  }
  std::vector<u128> out;
  for (const auto& entry : classes) out.push_back(entry.second);
  std::sort(out.begin(), out.end());
  return out;
}

constexpr std::size_t most_values = 4096;

// The values of a group that tests name or assignments make, and one for all others.
void make_bits(Variable& var, u128 group, const MaskedTests& tests, const MaskedTests& assigned) {
  var.mask = group;
  std::set<u128> values{0};
  for (const auto& [value, mask] : tests)
    if ((mask & group) == group) values.insert(value & group);
  for (bool grew = true; grew && values.size() < most_values;) {
    const std::set<u128> before = values;
    for (const auto& [constant, keep] : assigned) {
      values.insert(constant & group);
      if ((keep & group) == group)
        for (u128 v : before) values.insert(v ^ (constant & group));
    }
    grew = values.size() != before.size();
  }
  var.starts.assign(values.begin(), values.end());
  unsigned bits = 0;
  for (u128 g = group; g != 0; g &= g - 1) ++bits;
  if (bits < 20 && values.size() == std::size_t{1} << bits) return;
  u128 other = 0;
  do other = ((other | ~group) + 1) & group;   // the next value of these bits
  while (values.count(other) != 0);
  var.starts.push_back(other);
  var.others = true;
}

}  // namespace

Space SpaceBuilder::build() {
  Space space;
  space.family_ = family_;
  space.first_.fill(no_var);
  // What CONNMARK copies must be told apart alike on both sides.
  Learned &mark = fields_[index_of(Field::mark)], &ct_mark = fields_[index_of(Field::ct_mark)];
  for (auto list : {&Learned::masked, &Learned::assigned}) {
    MaskedTests both = mark.*list;
    both.insert(both.end(), (ct_mark.*list).begin(), (ct_mark.*list).end());
    mark.*list = ct_mark.*list = both;
  }
  for (Field field : field_order()) {
    const Learned& learned = fields_[index_of(field)];
    if (!learned.used) continue;
    space.first_[index_of(field)] = static_cast<Var>(space.vars_.size());
    Variable var{.kind = kind_of(field), .field = field, .limit = limit_of(field, family_), .optional = has_absent(field, family_)};
    unsigned groups = 1;
    if (var.kind == Variable::Kind::bits) {
      const std::vector<u128> classes = bit_classes(learned.masked, var.limit);
      groups = static_cast<unsigned>(classes.size());
      for (u128 group : classes) {
        Variable part = var;
        make_bits(part, group, learned.masked, learned.assigned);
        space.vars_.push_back(std::move(part));
      }
    } else {
      if (var.kind == Variable::Kind::table)
        make_table(var, learned.ranges, learned.masked);
      else
        var.starts = boundaries(learned.ranges, var.limit);
      space.vars_.push_back(std::move(var));
    }
    space.groups_[index_of(field)] = groups;
  }
  for (const auto& [text, use] : tests_) {
    space.tests_.emplace(text, static_cast<Var>(space.vars_.size()));
    space.vars_.push_back({.kind = Variable::Kind::boolean, .text = text, .use = use});
  }
  return space;
}

}  // namespace fwsim
