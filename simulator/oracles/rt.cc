// -m rt --rt-0-addrs: the addresses of a routing header of type 0 (net/ipv6/netfilter/ip6t_rt.c;
// RFC 2460 4.4). Strictly: all of them, in this order; else these in this order among others.
#include "model/matches/rt.hh"

#include "simulator/ipv6_walk.hh"
#include "simulator/oracles/packet_test.hh"

namespace fwsim {
namespace {

Answer test(const Packet& packet, const std::vector<u128>& wanted, bool strict) {
  const auto start = find_ipv6_header(packet, next_routing);
  if (!start) return Answer::no;
  const Bytes b = packet.all();
  const std::size_t length = (std::size_t{b[*start + 1]} + 1) * 8;
  if (*start + length > b.size()) return when_missing(packet, *start + length, Answer::no);
  std::vector<u128> listed;
  for (std::size_t i = 0; i < (length - 8) / 16; ++i)
    listed.push_back(address_at(Family::v6, b, *start + 8 + 16 * i));
  if (strict) return answer(listed == wanted);
  auto next = wanted.begin();
  for (u128 address : listed)
    if (next != wanted.end() && address == *next) ++next;
  return answer(next == wanted.end());
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  return make_packet_test([wanted = read_rt_addresses(use.text("rt-0-addrs")),
                           strict = !use.has("rt-0-not-strict")](const Packet& packet) {
    return test(packet, wanted, strict);
  });
}

}  // namespace

extern const OracleKind oracle_rt{"rt", make};

}  // namespace fwsim
