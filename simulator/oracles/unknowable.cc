// Matches whose answer lies in objects that no ruleset or snapshot tells: sockets' control groups
// (xt_cgroup.c), quotas of accounting objects (xt_nfacct.c), rate estimators (xt_rateest.c),
// fingerprints (xt_osf.c), virtual servers (xt_ipvs.c). What can be said all the same is said.
#include <fmt/format.h>

#include "simulator/oracle.hh"

namespace fwsim {
namespace {

// "No" when `certainly_not` says so, else unknown.
class Unknowable : public Oracle {
 public:
  Unknowable(std::string why, bool (*certainly_not)(const Packet&, Hook))
      : why_(std::move(why)), certainly_not_(certainly_not) {}
  Answer test(Packet& packet, const Where& where, World&) override {
    return certainly_not_(packet, where.hook) ? Answer::no : Answer::unknown;
  }
  std::string why() const override { return why_; }

 private:
  std::string why_;
  bool (*certainly_not_)(const Packet&, Hook);
};

bool without_socket(const Packet& packet, Hook hook) { return hook != Hook::input && !packet.locally_sent; }
bool no_syn(const Packet& packet, Hook) { return (packet.fields.number(Field::tcp_flags) & 0x02) == 0; }

}  // namespace

extern const OracleKind oracle_cgroup{"cgroup", [](const MatchUse&, Family, World&) -> std::unique_ptr<Oracle> {
                                        return std::make_unique<Unknowable>(
                                            "the control group of the socket is not known", without_socket);
                                      }};
extern const OracleKind oracle_osf{"osf", [](const MatchUse&, Family, World&) -> std::unique_ptr<Oracle> {
                                     return std::make_unique<Unknowable>(
                                         "the fingerprints that nfnl_osf loaded are not known", no_syn);
                                   }};
extern const OracleKind oracle_nfacct{
    "nfacct", [](const MatchUse& use, Family, World&) {
      return make_unknown(fmt::format("whether accounting object '{}' has a quota, and is over it, is not known",
                                      use.text("nfacct-name")));
    }};
extern const OracleKind oracle_rateest{"rateest", [](const MatchUse&, Family, World&) {
                                         return make_unknown("what the rate estimators measure is not simulated");
                                       }};
extern const OracleKind oracle_ipvs{"ipvs", [](const MatchUse&, Family, World&) {
                                      return make_unknown("the virtual servers of the host are not known");
                                    }};

}  // namespace fwsim
