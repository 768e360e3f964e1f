// -m connlabel: a bit of the connection's 128, which --set also sets (net/netfilter/xt_connlabel.c).
#include "simulator/conntrack.hh"
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  const auto bit = static_cast<unsigned>(use.number("label"));
  const bool inverted = use.inverted("label");
  const bool set = use.has("set");
  return make_oracle([=](Packet& packet, const Where&, World&) {
    if (!packet.ct || bit > 127) return answer(inverted);
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    if (set) packet.ct->extend().labels[bit / 64] |= mask;
    return answer(((packet.ct->ext().labels[bit / 64] & mask) != 0) != inverted);
  });
}

}  // namespace

extern const OracleKind oracle_connlabel{"connlabel", make};

}  // namespace fwsim
