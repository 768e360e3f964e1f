// -m quota: true for as long as the bytes last; a packet larger than the rest uses it up
// (net/netfilter/xt_quota.c).
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

class Quota : public Oracle {
 public:
  explicit Quota(const MatchUse& use) : left_(use.number("quota")), inverted_(use.inverted("quota")) {}

  Answer test(Packet& packet, const Where&, World&) override {
    const std::uint64_t length = packet.fields.number(Field::length);
    const bool enough = length <= left_;
    left_ = enough ? left_ - length : 0;
    return answer(enough != inverted_);
  }

  bool remembers() const override { return true; }

 private:
  std::uint64_t left_;
  bool inverted_;
};

}  // namespace

extern const OracleKind oracle_quota{"quota", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                       return std::make_unique<Quota>(use);
                                     }};

}  // namespace fwsim
