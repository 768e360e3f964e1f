#include "lint/laws.hh"

#include <utility>

namespace fwsim {
namespace {

constexpr unsigned fin = 1, syn = 2, rst = 4, ack = 16, urg = 32;
constexpr u128 loopback_v6 = 1;

Pred tracked() { return in(Field::ct_state, Range{1, 3}); }
Pred fresh() { return is(Field::ct_state, 1); }
Pred related() { return is(Field::ct_state, 2); }
Pred established() { return is(Field::ct_state, 3); }

Pred transport(unsigned protocol) { return all({is(Field::proto, protocol), is(Field::frag_off, 0)}); }

Pred shorter_than(unsigned protocol, unsigned bytes) {
  return all({transport(protocol), in(Field::l4_len, Range{0, bytes - 1}), tracked()});
}

// tcp_valid_flags: PSH, ECE and CWR do not count.
Pred valid_flags() {
  std::vector<Pred> parts;
  for (unsigned f : {syn, syn | urg, syn | ack, rst, rst | ack, fin | ack, fin | ack | urg, ack, ack | urg})
    parts.push_back(masked(Field::tcp_flags, f, fin | syn | rst | ack | urg));
  return any(std::move(parts));
}

Pred types(std::initializer_list<unsigned> list) {
  std::vector<Range> ranges;
  for (unsigned type : list) ranges.push_back({type * 256, type * 256 + 255});
  return in(Field::icmp, std::move(ranges));
}

Pred icmp_in(Pred state, Pred allowed) { return all({present(Field::icmp), std::move(state), negation(std::move(allowed))}); }

Pred prefix(Field field, u128 address, u128 mask) { return masked(field, address, mask); }
// What this host sends, before and after it came back by lo.
Pred own() { return any({is(Field::in_if, 0), is(Field::in_if, name_word("lo"))}); }
Pred from_wire() { return negation(is(Field::in_if, name_word("lo"))); }

}  // namespace

std::vector<Pred> conntrack_laws(Family family, Relations relations) {
  const bool v4 = family == Family::v4;
  std::vector<Pred> laws{
      shorter_than(6, 20), shorter_than(17, 8), shorter_than(136, 8), shorter_than(132, 12), shorter_than(v4 ? 1 : 58, 8),
      all({is(Field::proto, v4 ? 58 : 1), tracked()}),
      all({present(Field::tcp_flags), negation(valid_flags()), tracked()}),
      // A connection is taken up by a SYN, or in its middle by an ACK (nf_conntrack_tcp_loose).
      all({present(Field::tcp_flags), fresh(),
           negation(any({masked(Field::tcp_flags, syn, fin | syn | rst | ack), masked(Field::tcp_flags, ack, fin | syn | rst | ack)}))}),
      all({fresh(), negation(is(Field::ct_mark, 0))}),
      all({fresh(), negation(is(Field::ct_dir, 0))}),
      all({fresh(), negation(masked(Field::ct_status, 0, 0xf))}),
      all({established(), masked(Field::ct_status, 0, 2)}),
  };
  // Other protocols are never found wrong.
  laws.push_back(all({is(Field::ct_state, 0), present(Field::proto),
                      negation(in(Field::proto, {{1, 1}, {6, 6}, {17, 17}, {58, u128{v4 ? 58U : 59U}}, {132, 132}, {136, 136}}))}));
  if (v4) {
    laws.push_back(icmp_in(fresh(), types({8, 13, 15, 17})));
    laws.push_back(icmp_in(related(), types({3, 4, 5, 11, 12})));
    laws.push_back(icmp_in(established(), types({0, 8, 13, 14, 15, 16, 17, 18})));
  } else {
    laws.push_back(icmp_in(fresh(), types({128, 139})));
    laws.push_back(icmp_in(related(), any({in(Field::icmp, Range{256, 127 * 256 + 255}), types({137})})));
    laws.push_back(icmp_in(established(), types({128, 129, 139, 140})));
    laws.push_back(all({untracked_by_itself(family), negation(is(Field::ct_state, 4))}));
  }
  // An error quotes the header of what it tells of.
  laws.push_back(all({related(), is(Field::proto, v4 ? 1 : 58), in(Field::l4_len, Range{0, v4 ? u128{27} : u128{47}})}));
  if (!relations.helpers) {
    std::vector<Pred> law{related(), negation(is(Field::proto, v4 ? 1 : 58))};
    if (relations.resets) law.push_back(negation(all({own(), masked(Field::tcp_flags, rst, rst)})));
    laws.push_back(all(std::move(law)));
  }
  return laws;
}

std::vector<Pred> told_early(Family family, bool sent, Relations relations) {
  if (!sent) return {is(Field::in_if, name_word("lo"))};
  std::vector<Pred> which{all({related(), is(Field::proto, family == Family::v4 ? 1 : 58)})};
  if (relations.resets) which.push_back(all({related(), masked(Field::tcp_flags, rst, rst)}));
  return which;
}

Pred out_of_hops() { return in(Field::ttl, Range{0, 1}); }

std::vector<Pred> sent_laws(Family family) {
  // A question whose header is whole is never found wrong.
  return {all({is(Field::ct_state, 0), family == Family::v4 ? types({8, 13, 15, 17}) : types({128})})};
}

Pred untracked_by_itself(Family family) {
  if (family == Family::v4) return never();
  return any({in(Field::icmp, Range{130 * 256, 136 * 256 + 255}), types({143, 151, 152})});
}

std::vector<Pred> arrival_laws(Family family) {
  if (family == Family::v4) return {};
  return {prefix(Field::src, u128{0xff} << 120, u128{0xff} << 120),
          all({from_wire(), any({is(Field::src, loopback_v6), is(Field::dst, loopback_v6)})})};
}

std::vector<Pred> routing_laws(Family family, bool forward, bool localnet) {
  if (family == Family::v6) {
    if (!forward) return {};
    return {prefix(Field::dst, u128{0xff} << 120, u128{0xff} << 120), is(Field::src, 0), is(Field::src, loopback_v6),
            prefix(Field::src, u128{0x3fa} << 118, u128{0x3ff} << 118), prefix(Field::dst, u128{0x3fa} << 118, u128{0x3ff} << 118)};
  }
  constexpr u128 everyone = 0xffffffff;
  std::vector<Pred> laws{
      prefix(Field::src, 0xe0000000, 0xf0000000),
      is(Field::src, everyone),
      all({is(Field::src, 0), negation(any({is(Field::dst, everyone), is(Field::dst, 0), prefix(Field::dst, 0xe0000000, 0xf0000000)}))}),
      all({is(Field::dst, 0), negation(is(Field::src, 0))}),
  };
  const auto local = [](Field f) { return prefix(f, 0x7f000000, 0xff000000); };
  // What is delivered was put together before INPUT (ip_local_deliver).
  if (!forward) laws.push_back(negation(is(Field::frag_off, 0)));
  if (!localnet) laws.push_back(all({from_wire(), any({local(Field::src), local(Field::dst)})}));
  if (forward) {
    laws.push_back(prefix(Field::dst, 0xe0000000, 0xf0000000));
    for (u128 address : {everyone, u128{0}}) laws.push_back(is(Field::dst, address));
    laws.push_back(is(Field::src, 0));
    laws.push_back(local(Field::dst));
  }
  return laws;
}

}  // namespace fwsim
