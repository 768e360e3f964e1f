// -m rpfilter: whether an answer would leave by the device that the packet came in by
// (net/ipv4/netfilter/ipt_rpfilter.c, net/ipv6/netfilter/ip6t_rpfilter.c).
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
    return answer(world.routing->reverse_path_ok(key, options_.loose, options_.accept_local, options_.valid_mark) !=
                  options_.inverted);
  }
  std::string why() const override { return "the host's routes are not known (rpfilter)"; }

 private:
  Options options_;
};

}  // namespace

extern const OracleKind oracle_rpfilter{
    "rpfilter", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
      return std::make_unique<Rpfilter>(use);
    }};

}  // namespace fwsim
