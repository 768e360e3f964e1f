// -m connbytes: what the packet's connection has carried so far, this packet included
// (net/netfilter/xt_connbytes.c). Loading the rule turns counting on.
#include "simulator/conntrack.hh"
#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

enum class Direction : std::uint8_t { original, reply, both };
enum class Mode : std::uint8_t { packets, bytes, average };

std::uint64_t measure(const CtEntry& entry, Direction direction, Mode mode) {
  Counters sum;
  if (direction != Direction::reply) sum = entry.counters(false);
  if (direction != Direction::original) {
    const Counters back = entry.counters(true);
    sum.packets += back.packets;
    sum.bytes += back.bytes;
  }
  if (mode == Mode::packets) return sum.packets;
  if (mode == Mode::bytes) return sum.bytes;
  return sum.packets == 0 ? 0 : sum.bytes / sum.packets;
}

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World& world) {
  world.host.sysctls["net.netfilter.nf_conntrack_acct"] = "1";
  world.conntrack.configure(world.host);
  const auto* given = use.get<NumRange>("connbytes");
  const NumRange range = given ? *given : NumRange{0, ~std::uint64_t{0}};
  // The kernel has no flag for "not": it gets the ends swapped, which does nothing to a:a.
  const bool inverted = use.inverted("connbytes") && range.low != range.high;
  const auto direction = static_cast<Direction>(use.number("connbytes-dir"));
  const auto mode = static_cast<Mode>(use.number("connbytes-mode"));
  return make_oracle([=](Packet& packet, const Where&, World&) {
    if (!packet.ct) return Answer::no;
    const std::uint64_t x = measure(*packet.ct, direction, mode);
    return answer((range.low <= x && x <= range.high) != inverted);
  });
}

}  // namespace

extern const OracleKind oracle_connbytes{"connbytes", make};

}  // namespace fwsim
