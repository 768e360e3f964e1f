// The tables of -m hashlimit (net/netfilter/xt_hashlimit.c, revision 3): one bucket for each
// group of packets. Rules of one family that name a table share it; the first one's parameters
// count. Times are ticks (World::jiffies).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "model/types.hh"
#include "simulator/world.hh"

namespace fwsim {

// struct hashlimit_cfg3
struct HashlimitConfig {
  bool by_src = false, by_dst = false, by_sport = false, by_dport = false;
  bool bytes = false;              // the rate is of bytes
  bool rate_match = false;         // compares with the rate of the last window, no tokens
  std::uint64_t interval_avg = 0;  // packets: 1/1000000 s between two; bytes: 0xffffffff / 16-byte units a second
  std::uint64_t burst = 5;         // packets; bytes: how often a bucket is filled up
  std::uint32_t max = 0;           // entries
  std::uint32_t gc_ms = 1000;
  std::uint32_t expire_ms = 1000;
  std::uint32_t window = 1;        // seconds, of rate_match
  u128 src_mask = 0, dst_mask = 0;
};

class HashlimitTable : public Shared {
 public:
  struct Key {
    u128 src = 0, dst = 0;
    std::uint16_t sport = 0, dport = 0;
    bool operator==(const Key&) const = default;
  };

  // A rule names the table. True when it is the first or can share it with those before.
  bool join(Family family, const HashlimitConfig& config, std::uint64_t now);
  const HashlimitConfig& config() const { return config_; }

  // Counts a packet of `length` bytes for a rule that limits bytes or not; whether it is under
  // the limit. Nothing when the table is full: the kernel then drops the packet.
  std::optional<bool> count(const Key& key, bool rule_bytes, std::uint64_t length, std::uint64_t now);

  // As /proc/net/ipt_hashlimit/NAME shows it, sorted by key.
  std::string text(std::uint64_t now) const;

 private:
  struct Bucket {
    std::uint64_t expires = 0;
    std::uint64_t previous = 0;
    // A token bucket. For bytes, `cap` is how often it can still be filled up at once.
    std::uint64_t credit = 0, cap = 0, cost = 0;
    // Or a window of time, for rate_match.
    bool over = false;  // in the last window
    std::uint64_t sum = 0, rate = 0, limit = 0;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  Bucket fresh(std::uint64_t now) const;
  void refill(Bucket& bucket, std::uint64_t now) const;
  void collect(std::uint64_t now);

  bool joined_ = false;
  Family family_ = Family::v4;
  HashlimitConfig config_;
  std::uint64_t next_gc_ = 0;
  std::unordered_map<Key, Bucket, KeyHash> buckets_;
};

// All tables of a family by name, as text.
std::map<std::string, std::string> hashlimit_tables(const World& world, Family family);
std::string hashlimit_name(Family family, std::string_view name);  // in World::shared

}  // namespace fwsim
