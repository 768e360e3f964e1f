// -m helper: packets of connections that a helper expected, by the name of the helper on the
// connection that announced them (net/netfilter/xt_helper.c). The helper's name must be how the
// given one begins; that connection itself never matches.
#include "simulator/conntrack.hh"
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  const std::string name(use.text("helper"));
  const bool inverted = use.inverted("helper");
  return make_oracle([=](Packet& packet, const Where&, World&) {
    const CtRef master = packet.ct ? packet.ct->ext().master : nullptr;
    if (!master || master->ext().helper.empty()) return answer(inverted);
    return answer((name.empty() || name.starts_with(master->ext().helper)) != inverted);
  });
}

}  // namespace

extern const OracleKind oracle_helper{"helper", make};

}  // namespace fwsim
