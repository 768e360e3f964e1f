// -m cluster: which node of a cluster takes the connection, by a hash of its source
// (net/netfilter/xt_cluster.c). Options after finish(), for simulator/oracles/cluster.cc:
//   cluster-local-nodemask   NumRange, a bit for each node; its inversion is the match's
//   cluster-total-nodes      NumRange 1..32
//   cluster-hash-seed        NumRange
#include <fmt/format.h>

#include "model/extension.hh"

namespace fwsim {
namespace {

constexpr ValueKind word_kind{
    "N", 1,
    [](const ValueContext& c, std::span<const std::string_view> words, Value& out) {
      return kinds::number.read(c, words, out);
    },
    [](const ValueContext&, const Value& value, std::string& out) {
      out += fmt::format("0x{:08x}", std::get<NumRange>(value).low);
    }};

void finish(Use& use, CheckContext& c) {
  const std::uint64_t nodes = use.number("cluster-total-nodes");
  if (const Given* local = use.find("cluster-local-node")) {
    const std::uint64_t node = use.number("cluster-local-node");
    const bool inverted = local->inverted;
    if (node > nodes)
      return c.fault("cluster-local-node", fmt::format("there is no node {} among {}", node, nodes));
    use.remove("cluster-local-node");
    use.put("cluster-local-nodemask", NumRange{std::uint64_t{1} << (node - 1), std::uint64_t{1} << (node - 1)},
            inverted);
  }
  if ((use.number("cluster-local-nodemask") >> nodes) != 0)
    c.fault("cluster-local-nodemask", fmt::format("the mask has nodes beyond the {} of the cluster", nodes));
}

Meaning meaning(const MatchUse& use, Family) { return {oracle(use), never()}; }

// iptables 1.8.9 prints masks that it then refuses to read, those above 32; they are read here.
constexpr Option options[] = {
    {.name = "cluster-local-nodemask",
     .kind = &word_kind,
     .invertible = true,
     .min = 1,
     .help = "nodes that this host is"},
    {.name = "cluster-local-node",
     .kind = &kinds::number,
     .invertible = true,
     .min = 1,
     .max = 32,
     .help = "the node that this host is, from 1"},
    {.name = "cluster-total-nodes",
     .kind = &kinds::number,
     .min = 1,
     .max = 32,
     .required = true,
     .help = "number of nodes"},
    {.name = "cluster-hash-seed", .kind = &word_kind, .required = true, .help = "the same on all nodes"},
};

}  // namespace

extern const Extension match_cluster{
    .name = "cluster", .options = options, .groups = "cluster-local-nodemask|cluster-local-node", .none_given = "cluster match: `--cluster-local-node' or`--cluster-local-nodemask' is missing", .conntrack = true,
    .help = "share of this host in a cluster", .finish = finish, .match = meaning};

}  // namespace fwsim
