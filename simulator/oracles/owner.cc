// -m owner --gid-owner --suppl-groups: the other groups of whoever opened the socket
// (net/netfilter/xt_owner.c). Users and main groups are fields.
#include <algorithm>
#include <string>

#include "simulator/oracle.hh"
#include "simulator/sockets.hh"

namespace fwsim {
namespace {

class SupplementaryGroups : public Oracle {
 public:
  explicit SupplementaryGroups(const MatchUse& use) : wanted_(*use.get<NumRange>("gid-owner")) {}

  Answer test(Packet& packet, const Where&, World&) override {
    if (!packet.socket || !packet.socket->groups) return Answer::unknown;
    const auto& groups = *packet.socket->groups;
    return answer(std::any_of(groups.begin(), groups.end(),
                              [&](std::uint32_t g) { return wanted_.low <= g && g <= wanted_.high; }));
  }
  std::string why() const override { return "the supplementary groups of the sending process are not known"; }

 private:
  NumRange wanted_;
};

}  // namespace

extern const OracleKind oracle_owner{"owner", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                       return std::make_unique<SupplementaryGroups>(use);
                                     }};

}  // namespace fwsim
