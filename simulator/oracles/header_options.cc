// -m hbh --hbh-opts and -m dst --dst-opts: the header starts with exactly these options
// (net/ipv6/netfilter/ip6t_hbh.c). Padding counts; what runs out of options early fails.
#include "model/matches/header_options.hh"
#include "simulator/ipv6_walk.hh"
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

Answer test(const Packet& packet, unsigned kind, const std::vector<NumRange>& wanted) {
  const auto start = find_ipv6_header(packet, kind);
  if (!start) return Answer::no;
  const Bytes b = packet.all();
  const std::size_t end = *start + (std::size_t{b[*start + 1]} + 1) * 8;
  if (end > b.size()) return when_missing(packet, end, Answer::no);
  std::size_t at = *start + 2;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (at >= end || b[at] != wanted[i].low) return Answer::no;
    std::size_t length = 1;
    if (b[at] != 0) {
      if (at + 2 > end) return Answer::no;
      if (wanted[i].high != any_option_length && wanted[i].high != b[at + 1]) return Answer::no;
      length = std::size_t{b[at + 1]} + 2;
    }
    if (at + length > end && i + 1 < wanted.size()) return Answer::no;
    at += length;
  }
  return Answer::yes;
}

template <unsigned kind>
std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  return make_packet_test([wanted = *use.get<std::vector<NumRange>>(kind == next_hop_opts ? "hbh-opts" : "dst-opts")](
                              const Packet& packet) { return test(packet, kind, wanted); });
}

}  // namespace

extern const OracleKind oracle_hbh{"hbh", make<next_hop_opts>};
extern const OracleKind oracle_dst{"dst", make<next_dst_opts>};

}  // namespace fwsim
