// -m limit: one bucket per rule for all packets that reach it (net/netfilter/xt_limit.c).
#include <algorithm>

#include "model/rate.hh"
#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

class Limit : public Oracle {
 public:
  Limit(const MatchUse& use, const World& world) : previous_(world.jiffies()) {
    const std::uint64_t interval = use.number("limit", limit_scale * 3600 / 3);
    cost_ = limit_credits(interval);
    cap_ = limit_credits(interval * use.number("limit-burst", 5));
    credit_ = cap_;
  }

  Answer test(Packet&, const Where&, World& world) override {
    const std::uint64_t now = world.jiffies();
    if (now > previous_) credit_ = std::min<std::uint64_t>(cap_, credit_ + (now - previous_) * limit_credits_per_jiffy);
    previous_ = now;
    if (credit_ < cost_) return Answer::no;
    credit_ -= cost_;
    return Answer::yes;
  }

  bool remembers() const override { return true; }

 private:
  std::uint64_t previous_;
  std::uint64_t credit_ = 0;
  std::uint64_t cost_ = 0;
  std::uint64_t cap_ = 0;
};

}  // namespace

extern const OracleKind oracle_limit{"limit", [](const MatchUse& use, Family, World& world) -> std::unique_ptr<Oracle> {
                                       return std::make_unique<Limit>(use, world);
                                     }};

}  // namespace fwsim
