// -m nfacct: counts in a named object, and matches unless the object has a quota that lasts
// (net/netfilter/xt_nfacct.c, nfnetlink_acct.c).
#include <fmt/format.h>

#include "simulator/accounts.hh"
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

class Nfacct : public Oracle {
 public:
  explicit Nfacct(const MatchUse& use) : name_(use.text("nfacct-name")) {}

  Answer test(Packet& packet, const Where&, World& world) override {
    Account* account = find_account(world, name_);
    if (!account) return Answer::unknown;
    ++account->counters.packets;
    account->counters.bytes += packet.fields.number(Field::length);
    if (!account->quota) return Answer::yes;
    const std::uint64_t used = account->quota_in_bytes ? account->counters.bytes : account->counters.packets;
    return answer(used > *account->quota);
  }

  std::string why() const override {
    return fmt::format("whether the nfacct object {} has a quota is not described", name_);
  }

 private:
  std::string name_;
};

}  // namespace

extern const OracleKind oracle_nfacct{"nfacct", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                        return std::make_unique<Nfacct>(use);
                                      }};

}  // namespace fwsim
