// Connections by the source of their first packet (nf_nat_bysource): only NAT asks for it, so there is nothing here
// before it does. Chains by hash; one is split in two from time to time (linear hashing), so growing takes no time of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulator/ct_pool.hh"

namespace fwsim {

class CtSources {
 public:
  bool begun() const { return !first_.empty(); }
  void begin() { first_.resize(1); }
  void add(const CtPool& pool, CtEntry& entry);
  void remove(const CtPool& pool, CtEntry& entry);
  // use(CtEntry&) for each whose first packet has this address, port and protocol, in this zone.
  template <class Use>
  void each(const CtPool& pool, const Tuple& tuple, std::uint16_t zone, Use use) const {
    for (std::uint32_t at = first_[chain(tuple, zone)]; at != 0;) {
      CtEntry& entry = pool.at(at);
      at = entry.links.next_of_source;
      if (same_source(entry.original(), tuple) && entry.zone[0] == zone) use(entry);
    }
  }
  std::size_t bytes() const { return first_.capacity() * sizeof(std::uint32_t); }
  bool consistent(const CtPool& pool, std::size_t entries) const;

 private:
  static bool same_source(const Tuple& a, const Tuple& b) {
    return a.family == b.family && a.proto == b.proto && a.src == b.src && a.sport == b.sport;
  }
  std::size_t chain(const Tuple& tuple, std::uint16_t zone) const;
  void put(const CtPool& pool, CtEntry& entry);
  void split(const CtPool& pool);

  std::vector<std::uint32_t> first_;  // of each chain, by number
  std::size_t count_ = 0;
};

}  // namespace fwsim
