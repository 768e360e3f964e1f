#include "lint/space.hh"

#include <algorithm>
#include <set>

#include "lint/box.hh"

namespace fwsim {
namespace {

constexpr u128 word32 = 0xffffffff;

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
    text += use.verbatim.text();
  return text;
}

bool is_pure(const MatchUse& use) { return use.extension ? use.extension->memory == Memory::none : false; }

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

}  // namespace fwsim
