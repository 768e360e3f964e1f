#include "simulator/estimator.hh"

namespace fwsim {
namespace {

constexpr unsigned scale_log = 8, quarters_log = 2;
constexpr std::uint64_t quarter_second = kernel_hz / 4;  // jiffies, as the kernel rounds it

}  // namespace

Estimator::Estimator(unsigned interval_log, unsigned weight_log, std::uint64_t now)
    : interval_log_(interval_log), weight_log_(weight_log), next_(now + (quarter_second << interval_log)) {}

// Differences may be below zero: 64-bit words wrap, as in the kernel.
bool Estimator::update(Average& average) const {
  const std::uint64_t seen = (average.total - average.last) << (scale_log + quarters_log - interval_log_);
  const std::uint64_t change = (seen >> weight_log_) - (average.rate >> weight_log_);
  const bool changed = change != 0 || average.last != average.total;
  average.rate += change;
  average.last = average.total;
  return changed;
}

void Estimator::advance(std::uint64_t now) {
  const std::uint64_t interval = quarter_second << interval_log_;
  while (next_ <= now) {
    const bool bytes = update(bytes_), packets = update(packets_);
    next_ += interval;
    if (!bytes && !packets && next_ <= now) next_ += (now - next_) / interval * interval + interval;
  }
}

void Estimator::count(std::uint64_t bytes, std::uint64_t now) {
  advance(now);
  bytes_.total += bytes;
  ++packets_.total;
}

std::uint32_t Estimator::bytes_per_second(std::uint64_t now) {
  advance(now);
  return static_cast<std::uint32_t>(bytes_.rate >> scale_log);
}

std::uint32_t Estimator::packets_per_second(std::uint64_t now) {
  advance(now);
  return static_cast<std::uint32_t>(packets_.rate >> scale_log);
}

Estimator* Estimators::find(const std::string& name, std::uint64_t now) {
  const auto plan = plans.find(name);
  if (plan == plans.end()) return nullptr;
  return &running.try_emplace(name, plan->second.interval_log, plan->second.weight_log, now).first->second;
}

Estimators& estimators(World& world) { return world.get_shared<Estimators>("rateest"); }

}  // namespace fwsim
