// -m statistic: by chance, or every n-th packet that reaches the rule (net/netfilter/xt_statistic.c).
#include "simulator/oracle.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

class Nth : public Oracle {
 public:
  explicit Nth(const MatchUse& use)
      : every_(use.number("every", 1)), count_(every_ - 1 - use.number("packet")), inverted_(use.inverted("every")) {}

  Answer test(Packet&, const Where&, World&) override {
    count_ = count_ == every_ - 1 ? 0 : count_ + 1;
    return answer((count_ == 0) != inverted_);
  }

  bool remembers() const override { return true; }

 private:
  std::uint64_t every_;
  std::uint64_t count_;  // of the packet before
  bool inverted_;
};

std::unique_ptr<Oracle> make(const MatchUse& use, Family, World&) {
  if (use.number("mode") == 1) return std::make_unique<Nth>(use);
  const std::uint64_t probability = use.number("probability");  // of 2^31
  const bool inverted = use.inverted("probability");
  return make_oracle([=](Packet&, const Where&, World& world) {
    return answer(((world.random() & 0x7fffffff) < probability) != inverted);
  });
}

}  // namespace

extern const OracleKind oracle_statistic{"statistic", make};

}  // namespace fwsim
