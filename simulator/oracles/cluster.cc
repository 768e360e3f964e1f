// -m cluster: whether this node of a cluster takes the connection, by a hash of the address that
// opened it (net/netfilter/xt_cluster.c). A frame for a multicast MAC with a unicast address,
// which the cluster's switch makes, becomes one for this host even where nothing matches.
#include "simulator/address_scope.hh"
#include "simulator/conntrack.hh"
#include "simulator/jhash.hh"
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

// Of an IPv6 address the kernel hashes the first four bytes only (NF_CT_TUPLE_L3SIZE / 4 words).
std::uint32_t hash_of(const Tuple& tuple, std::uint32_t seed) {
  const u128 first = tuple.family == Family::v4 ? tuple.src : tuple.src >> 96;
  return jhash1(raw_load(static_cast<std::uint32_t>(first)), seed);
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  const auto nodes = static_cast<std::uint32_t>(use.number("cluster-total-nodes"));
  const auto seed = static_cast<std::uint32_t>(use.number("cluster-hash-seed"));
  const std::string_view option = use.has("cluster-local-node") ? "cluster-local-node" : "cluster-local-nodemask";
  const std::uint64_t number = use.number(option);
  const std::uint64_t mask = option == "cluster-local-node" ? std::uint64_t{1} << (number - 1) : number;
  const bool inverted = use.inverted(option);
  return make_oracle([=](Packet& packet, const Where& where, World&) {
    if (packet.fields.number(Field::pkttype) == 2 && !is_multicast(where.family, packet.fields.get(Field::dst)))
      packet.fields.set(Field::pkttype, 0);
    if (!packet.ct) return Answer::no;
    const CtRef& master = packet.ct->ext().master;
    const std::uint32_t node = scaled(hash_of((master ? *master : *packet.ct).original(), seed), nodes);
    return answer((((mask >> node) & 1) != 0) != inverted);
  });
}

}  // namespace

extern const OracleKind oracle_cluster{"cluster", make};

}  // namespace fwsim
