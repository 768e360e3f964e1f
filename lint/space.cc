#include "lint/space.hh"

#include <algorithm>
#include <set>

#include "lint/box.hh"

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

Pred of_protocols(std::vector<unsigned> protocols, unsigned bytes) {
  std::vector<Range> list;
  for (unsigned p : protocols) list.push_back({p, p});
  return all({in(Field::proto, std::move(list)), is(Field::frag_off, 0), in(Field::l4_len, Range{bytes, word32})});
}

}  // namespace

Variable::Kind kind_of(Field field) {
  switch (field) {
    case Field::mark:
    case Field::ct_mark:
    case Field::ct_status:
    case Field::ipv6_exts:
    case Field::ipv6_bad_exts: return Variable::Kind::bits;
    case Field::tcp_flags:
    case Field::tos: return Variable::Kind::table;
    default: return Variable::Kind::ordered;
  }
}

u128 limit_of(Field field, Family family) {
  switch (field) {
    case Field::src:
    case Field::dst:
    case Field::ct_orig_src:
    case Field::ct_orig_dst:
    case Field::ct_repl_src:
    case Field::ct_repl_dst: return address_mask(family);
    case Field::sport:
    case Field::dport:
    case Field::ct_orig_sport:
    case Field::ct_orig_dport:
    case Field::ct_repl_sport:
    case Field::ct_repl_dport:
    case Field::icmp:
    case Field::tcp_mss: return 0xffff;
    case Field::frag_off: return 0x1fff;
    case Field::proto:
    case Field::ct_proto:
    case Field::tos:
    case Field::ttl:
    case Field::tcp_flags: return 0xff;
    case Field::ct_state: return 4;
    case Field::ct_dir:
    case Field::socket:
    case Field::ipsec:
    case Field::tcp_options: return 1;
    case Field::src_type:
    case Field::dst_type:
    case Field::src_type_in:
    case Field::dst_type_in:
    case Field::src_type_out:
    case Field::dst_type_out: return 11;
    case Field::mac_src: return (u128{1} << 48) - 1;
    default: return is_wide(field) ? all_ones : word32;
  }
}

// As simulator/decode reads them: how many bytes must be there.
Pred presence(Field field, Family family) {
  switch (field) {
    case Field::sport:
    case Field::dport: return of_protocols({6, 17, 33, 132, 136}, 4);
    case Field::tcp_flags: return of_protocols({6}, 20);
    case Field::icmp: return of_protocols({family == Family::v4 ? 1U : 58U}, 8);
    case Field::esp_spi: return of_protocols({50}, 8);
    case Field::ipcomp_cpi: return of_protocols({108}, 4);
    case Field::dccp_type: return of_protocols({33}, 12);
    case Field::mh_type:
    case Field::mh_payload: return of_protocols({135}, 6);
    case Field::ct_status:
    case Field::ct_dir:
    case Field::ct_proto:
    case Field::ct_orig_src:
    case Field::ct_orig_dst:
    case Field::ct_repl_src:
    case Field::ct_repl_dst:
    case Field::ct_orig_sport:
    case Field::ct_orig_dport:
    case Field::ct_repl_sport:
    case Field::ct_repl_dport:
    case Field::ct_mark:
    case Field::ct_expire: return in(Field::ct_state, Range{1, 3});
    case Field::uid:
    case Field::gid: return is(Field::socket, 1);
    default: return always();
  }
}

bool has_absent(Field field, Family family) {
  switch (field) {
    case Field::src:
    case Field::dst:
    case Field::in_if:
    case Field::out_if:
    case Field::frag_off:
    case Field::length:
    case Field::tos:
    case Field::ttl:
    case Field::l4_len:
    case Field::cpu:
    case Field::mark:
    case Field::realm:
    case Field::priority:
    case Field::ipsec:
    case Field::ipv6_exts:
    case Field::ipv6_bad_exts:
    case Field::pkttype: return false;
    case Field::proto: return family == Family::v6;
    default: return presence(field, family).kind == Pred::Kind::always;
  }
}

bool is_prefix(Field field, Family family, u128 mask) {
  const u128 rest = limit_of(field, family) & ~mask;
  return (rest & (rest + 1)) == 0;
}

std::string test_text(const MatchUse& use, Family family) {
  std::string text(use.name);
  if (use.extension)
    print_options(use, family, text);
  else
    text += use.verbatim;
  return text;
}

bool is_pure(const MatchUse& use) {
  constexpr std::string_view remembering[] = {"limit",   "hashlimit", "recent",  "connlimit", "connbytes", "quota",
                                              "quota2",  "statistic", "rateest", "nfacct",    "helper",    "connlabel",
                                              "fuzzy",   "psd",       "lscan",   "condition", "cpu",       "pknock"};
  return std::find(std::begin(remembering), std::end(remembering), use.name) == std::end(remembering);
}

// --- Space ---------------------------------------------------------------------------------------

Var Space::of_test(const MatchUse& use) const {
  if (!is_pure(use)) return no_var;
  const auto found = tests_.find(test_text(use, family_));
  return found == tests_.end() ? no_var : found->second;
}

AtomSet Space::present(Var v) const {
  const Variable& var = vars_[v];
  return var.optional ? AtomSet::all(var.absent()) : everything(v);
}

Atom Space::atom_of(Var v, u128 value) const {
  const Variable& var = vars_[v];
  if (var.kind == Variable::Kind::table) return var.table[static_cast<std::size_t>(value & 0xff)];
  if (var.kind == Variable::Kind::bits) {
    value &= var.mask;
    const auto known = var.starts.end() - (var.others ? 1 : 0);
    const auto at = std::find(var.starts.begin(), known, value);
    return static_cast<Atom>(at - var.starts.begin());   // the last one when not found
  }
  const auto after = std::upper_bound(var.starts.begin(), var.starts.end(), value);
  return static_cast<Atom>(after - var.starts.begin() - 1);
}

u128 Space::example(Var v, Atom atom) const { return vars_[v].starts[atom]; }

AtomSet Space::in(Var v, const std::vector<Range>& ranges) const {
  const Variable& var = vars_[v];
  std::vector<AtomInterval> list;
  if (var.kind == Variable::Kind::table) {
    for (unsigned value = 0; value < 256; ++value)
      for (const Range& range : ranges)
        if (range.contains(value)) list.push_back({var.table[value], var.table[value]});
    return AtomSet::of(std::move(list));
  }
  if (ranges.size() == 1) {
    const Range& r = ranges.front();
    if (r.low > r.high || r.low > var.limit) return {};
    return {atom_of(v, r.low), atom_of(v, std::min(r.high, var.limit))};
  }
  for (const Range& range : ranges)
    if (range.low <= range.high && range.low <= var.limit)
      list.push_back({atom_of(v, range.low), atom_of(v, std::min(range.high, var.limit))});
  return AtomSet::of(std::move(list));
}

AtomSet Space::masked(Var v, u128 value, u128 mask) const {
  const Variable& var = vars_[v];
  if (var.kind == Variable::Kind::bits) return AtomSet::one(atom_of(v, value));
  std::vector<AtomInterval> list;
  for (unsigned x = 0; x < 256; ++x)
    if ((x & mask) == value) list.push_back({var.table[x], var.table[x]});
  return AtomSet::of(std::move(list));
}

std::vector<Range> Space::ranges(Var v, const AtomSet& set) const {
  const Variable& var = vars_[v];
  std::vector<Range> out;
  for (const AtomInterval& i : set.intervals()) {
    if (i.low >= var.starts.size()) continue;
    const std::size_t high = std::min<std::size_t>(i.high, var.starts.size() - 1);
    out.push_back({var.starts[i.low], high + 1 < var.starts.size() ? var.starts[high + 1] - 1 : var.limit});
  }
  return out;
}

// --- SpaceBuilder --------------------------------------------------------------------------------

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
