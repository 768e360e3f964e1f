// -m rpfilter: whether an answer would leave by the device that the packet came in by
// (net/ipv4/netfilter/ipt_rpfilter.c, net/ipv6/netfilter/ip6t_rpfilter.c).
#include "simulator/address_scope.hh"
#include "simulator/oracle.hh"
#include "simulator/routing.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

struct Options {
  bool loose = false, valid_mark = false, accept_local = false, inverted = false;
};

// Sources that no answer goes to, and that are let through: 0.0.0.0/8 asking everyone near, and ::.
bool asks_around(Family family, u128 src, u128 dst) {
  if (family == Family::v6) return src == 0;
  return (src >> 24) == 0 && (dst == 0xffffffff || (dst >> 8) == 0xe00000);
}

// Whether the best routes to the source, of whatever metric, include one by this device.
bool some_best_route(const Host& host, u128 src, const std::string& device) {
  constexpr std::uint32_t main_table = 254;
  int longest = -1;
  bool by_device = false;
  for (const Route& route : host.routes) {
    if (route.family != Family::v6 || route.table != main_table) continue;
    if ((src & route.destination.mask) != route.destination.address) continue;
    const int length = prefix_length(Family::v6, route.destination.mask);
    if (length < longest) continue;
    if (length > longest) by_device = false;
    longest = length;
    for (const NextHop& hop : route.hops) by_device = by_device || hop.device == device;
  }
  return by_device;
}

// IPv6 differs: the host's own addresses only need --accept-local, link-local ones are looked for
// on the arrival device alone, and a route of a worse metric is found when it is by that device.
bool path_ok_v6(const World& world, const RouteKey& key, const Options& options) {
  const Interface* device = world.host.find(key.in);
  if (is_link_local_v6(key.src)) {
    bool own = false;
    for (const InterfaceAddress& a : device ? device->addresses : std::vector<InterfaceAddress>{})
      own = own || (a.family == Family::v6 && a.address == key.src);
    return !own || options.accept_local;
  }
  if (world.routing->is_local(Family::v6, key.src)) return options.accept_local;
  if (world.routing->reverse_path_ok(key, options.loose, options.accept_local, options.valid_mark)) return true;
  return world.routing->reverse_path_ok(key, true, false, options.valid_mark) &&
         some_best_route(world.host, key.src, key.in);
}

class Rpfilter : public Oracle {
 public:
  explicit Rpfilter(const MatchUse& use)
      : options_{use.has("loose"), use.has("validmark"), use.has("accept-local"), use.has("invert")} {}

  Answer test(Packet& packet, const Where& where, World& world) override {
    const std::string in = name_text(packet.fields.get(Field::in_if));
    const Interface* device = world.host.find(in);
    const u128 src = packet.fields.get(Field::src), dst = packet.fields.get(Field::dst);
    if (in == "lo" || (device && device->loopback) || asks_around(where.family, src, dst))
      return answer(!options_.inverted);
    if (!world.routing || !knows_routes(world.host)) return Answer::unknown;
    const RouteKey key{.family = where.family, .src = src, .dst = dst,
                       .mark = static_cast<std::uint32_t>(packet.fields.number(Field::mark)),
                       .tos = static_cast<std::uint8_t>(packet.fields.number(Field::tos)), .in = in};
    return answer(path_ok(world, key) != options_.inverted);
  }
  std::string why() const override { return "the host's routes are not known (rpfilter)"; }

 private:
  bool path_ok(const World& world, const RouteKey& key) const {
    if (key.family == Family::v6) return path_ok_v6(world, key, options_);
    return world.routing->reverse_path_ok(key, options_.loose, options_.accept_local, options_.valid_mark);
  }
  Options options_;
};

}  // namespace

extern const OracleKind oracle_rpfilter{
    "rpfilter", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
      return std::make_unique<Rpfilter>(use);
    }};

}  // namespace fwsim
