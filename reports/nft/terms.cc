#include "reports/nft/terms.hh"

#include <algorithm>

namespace fwsim::nft {

bool is_transport(Field field) {
  switch (field) {
    case Field::sport:
    case Field::dport:
    case Field::tcp_flags:
    case Field::tcp_options:
    case Field::tcp_mss:
    case Field::icmp:
    case Field::esp_spi:
    case Field::ipcomp_cpi:
    case Field::mh_type:
    case Field::dccp_type: return true;
    default: return false;
  }
}

namespace {

constexpr std::size_t most_terms = 64;
constexpr std::uint64_t all_states = 0x1f, tracked_states = 0x0e;

bool always_present(Field field) {
  switch (field) {
    case Field::src:
    case Field::dst:
    case Field::in_if:
    case Field::out_if:
    case Field::proto:
    case Field::frag_off:
    case Field::length:
    case Field::tos:
    case Field::ttl:
    case Field::l4_len:
    case Field::pkttype:
    case Field::in_group:
    case Field::out_group:
    case Field::cpu:
    case Field::mark:
    case Field::realm:
    case Field::priority:
    case Field::src_type:
    case Field::dst_type:
    case Field::src_type_in:
    case Field::dst_type_in:
    case Field::src_type_out:
    case Field::dst_type_out:
    case Field::ipsec:
    case Field::ipv6_exts:
    case Field::ct_state: return true;
    default: return false;
  }
}

// Of the connection: there is none without conntrack, and for invalid and untracked packets.
bool is_of_connection(Field field) { return field >= Field::ct_status && field <= Field::ct_expire; }
bool is_of_tuple(Field field) { return field >= Field::ct_orig_src && field <= Field::ct_repl_dst; }
bool needs_connection(Field field) { return is_of_connection(field) || is_of_tuple(field); }

// The largest value of a field whose tests may cover all of it; 0: not known.
u128 largest(Field field, Family family) {
  switch (field) {
    case Field::sport:
    case Field::dport:
    case Field::icmp:
    case Field::ipcomp_cpi:
    case Field::length: return 0xffff;
    case Field::esp_spi:
    case Field::ah_spi:
    case Field::frag_id:
    case Field::ct_expire: return 0xffffffff;
    case Field::mh_type:
    case Field::rt_type:
    case Field::rt_segsleft: return 0xff;
    case Field::ah_len: return 1028;  // in words of four bytes, two of them not counted
    case Field::hbh_len:
    case Field::dst_len:
    case Field::rt_len: return 2048;
    case Field::src:
    case Field::dst: return address_mask(family);
    case Field::in_if:
    case Field::out_if: return all_ones;
    default: return 0;
  }
}

// Lengths of headers come in multiples of this.
u128 unit_of(Field field) {
  return field == Field::hbh_len || field == Field::dst_len || field == Field::rt_len ? 8
         : field == Field::ah_len                                                     ? 4
                                                                                      : 1;
}

unsigned width(Field field, Family family) {
  switch (field) {
    case Field::src:
    case Field::dst:
    case Field::ct_orig_src:
    case Field::ct_orig_dst:
    case Field::ct_repl_src:
    case Field::ct_repl_dst: return address_bits(family);
    case Field::in_if:
    case Field::out_if: return 128;
    case Field::mark:
    case Field::ct_mark:
    case Field::realm:
    case Field::in_group:
    case Field::out_group: return 32;
    default: return 0;
  }
}

using Terms = std::vector<Conjunction>;

class Reader {
 public:
  Reader(Family family, bool whole) : family_(family), whole_(whole) {}

  std::optional<Terms> read(const Pred& pred, bool negated) {
    switch (pred.kind) {
      case Pred::Kind::always: return negated ? Terms{} : Terms{{}};
      case Pred::Kind::never: return negated ? Terms{{}} : Terms{};
      case Pred::Kind::present:
        if (always_present(pred.field)) return negated ? Terms{} : Terms{{}};
        return Terms{{Literal{.kind = negated ? Literal::Kind::absent : Literal::Kind::present, .field = pred.field}}};
      case Pred::Kind::in:
      case Pred::Kind::masked: return test(pred, negated);
      case Pred::Kind::negation: return read(pred.parts.front(), !negated);
      case Pred::Kind::all:
      case Pred::Kind::any:
        return (pred.kind == Pred::Kind::all) != negated ? every(pred, negated) : either(pred, negated);
      case Pred::Kind::oracle:
      case Pred::Kind::unknown: return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<Conjunction> simplify(Conjunction terms) const;

 private:
  std::optional<Terms> test(const Pred& pred, bool negated) const {
    Literal literal{.kind = pred.kind == Pred::Kind::in ? Literal::Kind::in : Literal::Kind::masked,
                    .field = pred.field,
                    .negated = negated,
                    .ranges = pred.ranges,
                    .value = pred.value,
                    .mask = pred.mask};
    bool never = false, always = false;
    normalise(literal, never, always);
    if (negated) std::swap(never, always);
    Terms terms;
    if (negated && !always_present(pred.field))
      terms.push_back({Literal{.kind = Literal::Kind::absent, .field = pred.field}});
    if (never) return terms;
    if (always)
      terms.push_back(always_present(pred.field)
                          ? Conjunction{}
                          : Conjunction{Literal{.kind = Literal::Kind::present, .field = pred.field}});
    else
      terms.push_back({std::move(literal)});
    return terms;
  }

  // Masks of networks and whole values become ranges; says what is true of all values, or of none.
  void normalise(Literal& l, bool& never, bool& always) const {
    if (l.kind == Literal::Kind::masked) {
      never = (l.value & ~l.mask) != 0;
      always = !never && l.mask == 0;
      const unsigned bits = width(l.field, family_);
      if (never || always || bits == 0) return;
      const u128 every = bits == 128 ? all_ones : (u128{1} << bits) - 1, host = every & ~l.mask;
      const bool address = bits != 32 || l.field == Field::src || l.field == Field::dst || is_of_tuple(l.field);
      if ((host & (host + 1)) != 0 || (host != 0 && !address)) return;
      l.kind = Literal::Kind::in;
      l.ranges = {{l.value, l.value | host}};
      return;
    }
    if (l.field == Field::ct_state) return;
    const u128 end = largest(l.field, family_), unit = unit_of(l.field);
    for (Range& r : l.ranges) {  // what the field can hold
      r.low = std::max((r.low + unit - 1) / unit * unit, unit == 1                  ? u128{0}
                                                         : l.field == Field::ah_len ? u128{8}
                                                                                    : unit);
      if (end != 0 && end != all_ones) r.high = std::min(r.high, end);
      r.high = r.high / unit * unit;
    }
    std::erase_if(l.ranges, [](const Range& r) { return r.low > r.high; });
    if (l.ranges.empty()) never = true;
    always = end != 0 && l.ranges.size() == 1 && l.ranges.front().low == 0 && l.ranges.front().high >= end;
  }

  std::optional<Terms> every(const Pred& pred, bool negated) {
    Terms product{{}};
    for (const Pred& part : pred.parts) {
      const auto more = read(part, negated);
      if (!more) return std::nullopt;
      Terms next;
      for (const Conjunction& one : product)
        for (const Conjunction& other : *more) {
          Conjunction both = one;
          for (const Literal& l : other)
            if (std::find(both.begin(), both.end(), l) == both.end()) both.push_back(l);
          if (auto simple = consistent(std::move(both))) next.push_back(std::move(*simple));
        }
      product = std::move(next);
      if (product.size() > most_terms) return std::nullopt;
    }
    return product;
  }

  std::optional<Terms> either(const Pred& pred, bool negated) {
    Terms sum;
    for (const Pred& part : pred.parts) {
      auto more = read(part, negated);
      if (!more) return std::nullopt;
      for (Conjunction& c : *more)
        if (std::find(sum.begin(), sum.end(), c) == sum.end()) sum.push_back(std::move(c));
      if (sum.size() > most_terms) return std::nullopt;
    }
    return sum;
  }

  // Not one whose field is there and is not.
  static std::optional<Conjunction> consistent(Conjunction terms) {
    for (const Literal& l : terms)
      if (l.kind == Literal::Kind::absent)
        for (const Literal& other : terms)
          if (other.field == l.field && other.kind != Literal::Kind::absent) return std::nullopt;
    std::erase_if(terms, [&](const Literal& l) {
      return l.kind == Literal::Kind::present && std::any_of(terms.begin(), terms.end(), [&](const Literal& other) {
               return other.field == l.field && other.kind != Literal::Kind::present;
             });
    });
    return terms;
  }

  Family family_;
  bool whole_;
};

std::uint64_t states_of(const Literal& l) {
  std::uint64_t bits = 0;
  for (unsigned state = 0; state < 5; ++state)
    for (const Range& r : l.ranges)
      if (r.contains(state)) bits |= std::uint64_t{1} << state;
  return l.negated ? ~bits & all_states : bits;
}

std::optional<Conjunction> Reader::simplify(Conjunction terms) const {
  std::uint64_t states = all_states;
  bool transport = false, connection = false, asks_connection = false, mac = false;
  for (const Literal& l : terms) {
    const bool tests = l.kind == Literal::Kind::in || l.kind == Literal::Kind::masked;
    if (l.field == Field::ct_state) states &= states_of(l);
    if (is_transport(l.field) && tests) transport = true;
    if (l.field == Field::mac_src && tests) mac = true;
    if (!needs_connection(l.field)) continue;
    if (l.kind == Literal::Kind::absent)
      states &= ~tracked_states;
    else
      (tests ? connection : asks_connection) = true;
  }
  if (connection && (states & tracked_states) == 0) return std::nullopt;
  if (asks_connection && !connection) states &= tracked_states;
  if (states == 0) return std::nullopt;
  Conjunction out;
  bool said_whole = whole_ || transport, said_states = false;
  const auto say_whole = [&] {
    if (!said_whole) out.push_back({.field = Field::frag_off, .ranges = {{0, 0}}});
    said_whole = true;
  };
  const auto say_states = [&] {
    if (said_states || states == all_states) return;
    said_states = true;
    Literal l{.field = Field::ct_state};
    for (unsigned state = 0; state < 5; ++state)
      if ((states >> state) & 1) l.ranges.push_back({state, state});
    out.push_back(std::move(l));
  };
  for (Literal& l : terms) {
    const bool tests = l.kind == Literal::Kind::in || l.kind == Literal::Kind::masked;
    if (l.field == Field::ct_state || (needs_connection(l.field) && !tests))
      say_states();
    else if ((l.field == Field::frag_off && !l.negated && l.ranges == std::vector<Range>{{0, 0}}) ||
             (is_transport(l.field) && l.kind == Literal::Kind::present))
      say_whole();
    else if (l.field == Field::mac_src && l.kind == Literal::Kind::present && mac)
      continue;
    else
      out.push_back(std::move(l));
  }
  return out;
}

}  // namespace

std::optional<std::vector<Conjunction>> terms_of(const Pred& pred, Family family, bool whole, std::string& why) {
  Reader reader(family, whole);
  auto terms = reader.read(pred, false);
  if (!terms) {
    why = "nft cannot say this";
    return std::nullopt;
  }
  Terms simple;
  for (Conjunction& c : *terms)
    if (auto s = reader.simplify(std::move(c)))
      if (std::find(simple.begin(), simple.end(), *s) == simple.end()) simple.push_back(std::move(*s));
  return simple;
}

}  // namespace fwsim::nft
