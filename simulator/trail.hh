// What decided a packet's way, noted while it goes: FlowMemory sends the next packets of its flow the same way.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/field.hh"
#include "model/types.hh"

namespace fwsim {

struct FlowTrail {
  std::bitset<field_count> asked;      // fields that tests looked at
  std::vector<Counters*> counters;     // of rules and policies, those that counted it
  // Packets of other lengths (bytes) might not go the same way.
  std::uint64_t shortest = 0, longest = std::numeric_limits<std::uint32_t>::max();
  bool forwarded = false;              // it needs a TTL above 1
  bool fixed = true;                   // nothing but those fields, the routes and its connection had a say
  bool opened = false;                 // it made its connection known: the next one finds another state of it

  void fit(std::uint64_t most) { longest = std::min(longest, most); }
  // A test of the packet's length, or of what it is without its IP header (`header` bytes), that takes `low` to `high`.
  void measure(std::uint64_t length, std::uint64_t header, std::uint64_t low, std::uint64_t high) {
    const std::uint64_t x = length - header;
    if (x < low) return fit(low - 1 + header);
    if (x > high) {
      shortest = std::max(shortest, high + 1 + header);
      return;
    }
    shortest = std::max(shortest, low + header);
    if (high < std::numeric_limits<std::uint32_t>::max()) fit(high + header);
  }
};

}  // namespace fwsim
