// Packets between two hooks of the kernel: what the engine noted of each at the one, found again at the other by what the
// kernel leaves as it is (it changes the TTL, IPv4 options, and the IPv4 id of what it sends for us).
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "simulator/result.hh"

namespace fwsim {

struct InFlight {
  Result result;             // so far, with the packet as the last hook left it
  bool own = false;          // made by the engine, which took it through every hook already
  bool undecided = false;    // a rule that is gone could not be decided

  // Where the table has it.
  std::size_t key = 0;
  boost::intrusive::list_member_hook<> by_age, by_key;
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
  // The rules to which the results point are about to go: what they did stays done, but is told no more.
  void forget_rules();
  std::size_t size() const { return by_age_.size(); }
  void clear();

 private:
  template <auto Hook>
  using List = boost::intrusive::list<InFlight, boost::intrusive::member_hook<InFlight, boost::intrusive::list_member_hook<>, Hook>>;
  using Bucket = List<&InFlight::by_key>;

  Bucket& bucket(std::size_t key) { return buckets_[key & (buckets_.size() - 1)]; }
  Flight remove(InFlight& flight);

  // All oldest first: of packets that are all alike, the first is the one that is asked for.
  std::size_t most_, most_bytes_, bytes_ = 0;
  std::vector<Bucket> buckets_;
  List<&InFlight::by_age> by_age_;
};

}  // namespace fwsim
