// Packets between two hooks of the kernel: what the engine noted of each at the one, found again at the other by what the
// kernel leaves as it is (it changes the TTL, IPv4 options, and the IPv4 id of what it sends for us).
#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/unordered_set.hpp>
#include <cstdint>
#include <memory>
#include <optional>
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

  // Where the table has it.
  std::size_t key = 0;
  boost::intrusive::list_member_hook<> by_age;
  boost::intrusive::unordered_set_member_hook<> by_key;
};
using Flight = std::unique_ptr<InFlight>;

class FlightTable {
 public:
  FlightTable(std::size_t most, std::size_t most_bytes);
  ~FlightTable() { clear(); }

  void put(Flight flight);
  // The oldest that looks like this packet, or null; `own`: of those that the engine made.
  Flight take(const Packet& packet, bool own = false);
  // Those put before `time`: the kernel dropped them on the way. When there are too many, the oldest are among them.
  std::vector<Flight> lost_before(std::int64_t time);
  bool too_many() const { return by_age_.size() > most_ || bytes_ > most_bytes_; }
  std::size_t size() const { return by_age_.size(); }
  void clear();

 private:
  struct KeyOf {
    using type = std::size_t;
    std::size_t operator()(const InFlight& flight) const { return flight.key; }
  };
  struct Same {   // keys are hashes already
    std::size_t operator()(std::size_t key) const { return key; }
  };
  using ByAge = boost::intrusive::list<InFlight, boost::intrusive::member_hook<InFlight, boost::intrusive::list_member_hook<>, &InFlight::by_age>>;
  using ByKey = boost::intrusive::unordered_multiset<
      InFlight, boost::intrusive::member_hook<InFlight, boost::intrusive::unordered_set_member_hook<>, &InFlight::by_key>,
      boost::intrusive::key_of_value<KeyOf>, boost::intrusive::hash<Same>, boost::intrusive::power_2_buckets<true>>;

  Flight remove(InFlight& flight);

  std::size_t most_, most_bytes_, bytes_ = 0;
  std::vector<ByKey::bucket_type> buckets_;
  ByKey by_key_;
  ByAge by_age_;   // oldest first
};

}  // namespace fwsim
