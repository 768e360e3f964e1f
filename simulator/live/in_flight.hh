// Packets between two hooks of the kernel: what the engine noted of each at the one, found again at the other by what the
// kernel leaves as it is (it changes the TTL, and the IPv4 id of what it sends for us).
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "simulator/result.hh"

namespace fwsim {

struct InFlight {
  Packet packet;             // as the last hook left it
  bool own = false;          // made by the engine, which took it through every hook already
  std::vector<Step> path;    // and what else was told of it so far
  std::vector<Record> records;
  std::vector<Undecided> undecided;
  std::optional<RuleRef> decided_by;
};

class FlightTable {
 public:
  explicit FlightTable(std::size_t most) : most_(most) {}

  void put(InFlight flight);
  // The oldest that looks like this packet; `own`: of those that the engine made.
  std::optional<InFlight> take(const Packet& packet, bool own = false);
  // Those put before `time`: the kernel dropped them on the way. Beyond `most` the oldest are among them.
  std::vector<InFlight> lost_before(std::int64_t time);
  std::size_t size() const { return list_.size(); }
  void clear();

 private:
  struct Entry {
    std::uint64_t key = 0;
    InFlight flight;
  };
  std::size_t most_;
  std::list<Entry> list_;   // oldest first
  std::unordered_multimap<std::uint64_t, std::list<Entry>::iterator> by_key_;
};

}  // namespace fwsim
