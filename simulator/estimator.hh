// Rate estimators as -j RATEEST makes them (net/core/gen_estimator.c): every 0.25 s * 2^n the rate
// since the last time goes into a moving average.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "simulator/world.hh"

namespace fwsim {

class Estimator {
 public:
  // interval_log: 0 for a quarter of a second, 5 for eight; weight_log: the weight of a new rate is 1 / 2^n.
  Estimator(unsigned interval_log, unsigned weight_log, std::uint64_t now);
  void count(std::uint64_t bytes, std::uint64_t now);   // `now` in jiffies
  std::uint32_t bytes_per_second(std::uint64_t now);
  std::uint32_t packets_per_second(std::uint64_t now);

 private:
  struct Average {
    std::uint64_t total = 0, last = 0;
    std::uint64_t rate = 0;  // a second, times 256
  };
  void advance(std::uint64_t now);
  bool update(Average& average) const;  // false: nothing changed

  unsigned interval_log_, weight_log_;
  std::uint64_t next_;
  Average bytes_, packets_;
};

// By name, for both families; one begins when the first packet is seen by any rule that knows it.
struct Estimators : Shared {
  struct Plan {
    unsigned interval_log = 0, weight_log = 0;
  };
  std::map<std::string, Plan, std::less<>> plans;
  std::map<std::string, Estimator, std::less<>> running;

  Estimator* find(const std::string& name, std::uint64_t now);  // null: no rule makes it
};
Estimators& estimators(World& world);

}  // namespace fwsim
