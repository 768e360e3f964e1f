// The buckets of -m hashlimit: their credit, their order and their file in /proc (net/netfilter/xt_hashlimit.c).
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "simulator/oracles/hashlimit.hh"
#include "simulator/proc_text.hh"

namespace fwsim {
namespace {

// Where bytes are limited, a full bucket is what one second brings.
constexpr std::uint64_t full_of_bytes = hashlimit_bytes_per_jiffy * kernel_hz;

std::uint64_t ticks(std::uint32_t ms) { return (std::uint64_t{ms} * kernel_hz + 999) / 1000; }

// What a packet costs where bytes are limited; takes a refill when the credit does not do.
std::uint64_t byte_cost(std::uint64_t length, std::uint64_t unit_cost, std::uint64_t& credit, std::uint64_t& refills) {
  const std::uint64_t cost = std::min(((length >> 4) + 1) * unit_cost, full_of_bytes);
  if (credit < cost && refills != 0) {
    --refills;
    credit = full_of_bytes;
  }
  return cost;
}

std::uint64_t half(u128 x, int shift) { return static_cast<std::uint64_t>(x >> shift); }

}  // namespace

std::size_t HashlimitTable::KeyHash::operator()(const Key& key) const {
  std::uint64_t h = (std::uint64_t{key.sport} << 16) | key.dport;
  for (const std::uint64_t word : {half(key.src, 64), half(key.src, 0), half(key.dst, 64), half(key.dst, 0)})
    h = (h ^ word) * 0x9e3779b97f4a7c15U + (h >> 29);
  return static_cast<std::size_t>(h ^ (h >> 32));
}

bool HashlimitTable::join(Family family, const HashlimitConfig& config, std::uint64_t now) {
  if (joined_) return config_.rate_match == config.rate_match;
  joined_ = true;
  family_ = family;
  config_ = config;
  next_gc_ = now + ticks(config.gc_ms);
  return true;
}

HashlimitTable::Bucket HashlimitTable::fresh(std::uint64_t now) const {
  Bucket bucket{.previous = now};
  const std::uint64_t avg = config_.interval_avg;
  if (config_.rate_match) {
    if (config_.bytes) {
      bucket.rate = interval_bytes(std::max<std::uint64_t>(avg, 1));
      bucket.limit = config_.burst != 0 ? config_.burst * bucket.rate : bucket.rate;
    } else {
      bucket.rate = avg != 0 ? hashlimit_scale / avg : 0;
      bucket.limit = config_.burst + bucket.rate;
    }
  } else if (config_.bytes) {
    bucket.credit = full_of_bytes;
    bucket.cost = byte_credits(avg);
    bucket.cap = config_.burst;
  } else {
    bucket.credit = bucket.cap = hashlimit_credits(avg * config_.burst);
    bucket.cost = hashlimit_credits(avg);
  }
  return bucket;
}

void HashlimitTable::refill(Bucket& bucket, std::uint64_t now) const {
  if (now <= bucket.previous) return;
  const std::uint64_t delta = now - bucket.previous;
  if (config_.rate_match) {
    const std::uint64_t interval = std::uint64_t{config_.window} * kernel_hz;
    if (delta < interval) return;
    bucket.over = bucket.sum * interval > delta * bucket.rate;
    bucket.sum = 0;
  } else if (config_.bytes) {
    bucket.credit = std::min(bucket.credit + hashlimit_bytes_per_jiffy * delta, full_of_bytes);
  } else {
    // Wraps like the kernel's sum after a pause of a day and a half.
    bucket.credit = std::min(bucket.credit + delta * hashlimit_credits_per_jiffy, bucket.cap);
  }
  bucket.previous = now;
}

void HashlimitTable::collect(std::uint64_t now) {
  if (now < next_gc_) return;
  const std::uint64_t interval = std::max<std::uint64_t>(ticks(config_.gc_ms), 1);
  const std::uint64_t last = next_gc_ + (now - next_gc_) / interval * interval;
  std::erase_if(buckets_, [&](const auto& entry) { return entry.second.expires <= last; });
  next_gc_ = last + interval;
}

std::optional<bool> HashlimitTable::count(const Key& key, bool rule_bytes, std::uint64_t length, std::uint64_t now) {
  collect(now);
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= config_.max) return std::nullopt;
    found = buckets_.emplace(key, fresh(now)).first;
  } else {
    refill(found->second, now);
  }
  Bucket& bucket = found->second;
  bucket.expires = now + ticks(config_.expire_ms);
  if (config_.rate_match) {
    bucket.sum += rule_bytes ? length : 1;
    return !bucket.over && bucket.sum <= bucket.limit;
  }
  const std::uint64_t cost =
      rule_bytes ? byte_cost(length, bucket.cost, bucket.credit, bucket.cap) : bucket.cost;
  if (bucket.credit < cost) return false;
  bucket.credit -= cost;
  return true;
}

std::string HashlimitTable::text(std::uint64_t now) const {
  std::vector<std::pair<Key, Bucket>> sorted(buckets_.begin(), buckets_.end());
  const auto rank = [](const Key& k) { return std::tie(k.src, k.sport, k.dst, k.dport); };
  std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return rank(a.first) < rank(b.first); });
  std::string text;
  for (auto& [key, bucket] : sorted) {
    refill(bucket, now);
    const auto left = static_cast<std::int64_t>(bucket.expires - now) / static_cast<std::int64_t>(kernel_hz);
    text += fmt::format("{} {}:{}->{}:{}", left, proc_address_text(family_, key.src), key.sport,
                        proc_address_text(family_, key.dst), key.dport);
    if (config_.rate_match)  // the kernel prints the same bytes as three numbers
      text += fmt::format(" {} {} {}\n", config_.window | (std::uint64_t{bucket.over} << 32), bucket.sum, bucket.rate);
    else
      text += fmt::format(" {} {} {}\n", bucket.credit, bucket.cap, bucket.cost);
  }
  return text;
}

std::string hashlimit_name(Family family, std::string_view name) {
  return fmt::format("hashlimit/{}/{}", family == Family::v4 ? 4 : 6, name);
}

std::map<std::string, std::string> hashlimit_tables(const World& world, Family family) {
  std::map<std::string, std::string> tables;
  const std::string prefix = hashlimit_name(family, "");
  for (auto at = world.shared.lower_bound(prefix); at != world.shared.end() && at->first.starts_with(prefix); ++at)
    tables[at->first.substr(prefix.size())] = static_cast<const HashlimitTable&>(*at->second).text(world.jiffies());
  return tables;
}

}  // namespace fwsim
