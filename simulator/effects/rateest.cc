// RATEEST: feeds the estimator of its name (net/netfilter/xt_RATEEST.c).
#include <bit>

#include "simulator/effect.hh"
#include "simulator/estimator.hh"

namespace fwsim {
namespace {

constexpr std::uint64_t shortest = 250000;  // microseconds

std::unique_ptr<Target> make(const TargetUse& use, Family, World& world) {
  // The model has times: the interval, and the interval shifted by the weight.
  const std::uint64_t interval = use.number("rateest-interval", shortest), window = use.number("rateest-ewmalog", interval);
  const auto log = [](std::uint64_t quotient) { return static_cast<unsigned>(std::bit_width(quotient)) - 1; };
  std::string name(use.text("rateest-name"));
  estimators(world).plans.try_emplace(name, Estimators::Plan{log(interval / shortest), log(window / interval)});
  return make_effect([name = std::move(name)](Packet& packet, const Where&, World& now) {
    if (Estimator* estimator = estimators(now).find(name, now.jiffies()))
      estimator->count(packet.fields.number(Field::length), now.jiffies());
    return Outcome::next_rule;
  });
}

}  // namespace

extern const TargetKind effect_RATEEST{"RATEEST", make};

}  // namespace fwsim
