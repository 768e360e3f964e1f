// -m rateest: an estimator's rate against a number or another estimator's (net/netfilter/xt_rateest.c).
#include <fmt/format.h>

#include "simulator/estimator.hh"
#include "simulator/oracle.hh"

namespace fwsim {
namespace {

struct Comparison {
  bool wanted = false, absolute = false;
  std::uint32_t first = 0, second = 0;  // from which the rates are taken with --rateest-delta; or the rate itself
};

class Rateest : public Oracle {
 public:
  explicit Rateest(const MatchUse& use)
      : one_(use.text("rateest")), other_(use.text("rateest2")), delta_(use.has("rateest-delta")) {
    for (const std::string_view option : {"rateest-lt", "rateest-gt", "rateest-eq"})
      if (use.has(option)) {
        order_ = option[8];
        inverted_ = use.inverted(option);
      }
    bytes_ = comparison(use, "rateest-bps", "rateest-bps1");
    packets_ = comparison(use, "rateest-pps", "rateest-pps1");
  }

  Answer test(Packet&, const Where&, World& world) override {
    const std::uint64_t now = world.jiffies();
    Estimator* one = estimators(world).find(one_, now);
    Estimator* other = other_.empty() ? one : estimators(world).find(other_, now);
    if (!one || !other) return Answer::unknown;
    bool holds = true;
    if (bytes_.wanted) holds = compare(bytes_, one->bytes_per_second(now), other->bytes_per_second(now));
    if (packets_.wanted) holds = holds && compare(packets_, one->packets_per_second(now), other->packets_per_second(now));
    return answer(holds != inverted_);
  }

  std::string why() const override {
    return fmt::format("no RATEEST rule makes the estimator {}", other_.empty() ? one_ : one_ + " or " + other_);
  }

 private:
  static Comparison comparison(const MatchUse& use, std::string_view total, std::string_view first) {
    return {.wanted = use.has(total),
            .absolute = use.get<NumRange>(total) != nullptr && !use.has("rateest2"),
            .first = static_cast<std::uint32_t>(use.number(first)),
            .second = static_cast<std::uint32_t>(use.number(total))};
  }

  bool compare(const Comparison& c, std::uint32_t one, std::uint32_t other) const {
    const auto below = [](std::uint32_t rate, std::uint32_t from) { return from >= rate ? from - rate : 0; };
    const std::uint32_t left = delta_ ? below(one, c.first) : one;
    const std::uint32_t right = c.absolute ? c.second : delta_ ? below(other, c.second) : other;
    return order_ == 'l' ? left < right : order_ == 'g' ? left > right : left == right;
  }

  std::string one_, other_;
  bool delta_, inverted_ = false;
  char order_ = 'e';
  Comparison bytes_, packets_;
};

}  // namespace

extern const OracleKind oracle_rateest{"rateest", [](const MatchUse& use, Family, World&) -> std::unique_ptr<Oracle> {
                                         return std::make_unique<Rateest>(use);
                                       }};

}  // namespace fwsim
