// Which rules are hit how often: the counters of an engine, now and a second ago.
#pragma once

#include <map>

#include "reports/live_screen.hh"
#include "simulator/engine.hh"

namespace fwsim {

class HitRates {
 public:
  // What the counters are now is the start: rulesets may come with counters.
  explicit HitRates(const Engine& engine);
  // The rules that were hit most since then; `seconds` since the last call.
  std::vector<LiveScreen::Hit> most(const Engine& engine, double seconds, std::size_t count);

 private:
  using Key = std::tuple<Family, const Table*, std::uint32_t, std::uint32_t>;
  std::map<Key, std::uint64_t> start_, last_;
};

}  // namespace fwsim
