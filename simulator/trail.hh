// What decided a packet's way, noted while it goes: FlowMemory sends the next packets of its flow the same way.
#pragma once

#include <bitset>
#include <limits>
#include <vector>

#include "model/field.hh"
#include "model/types.hh"

namespace fwsim {

struct FlowTrail {
  std::bitset<field_count> asked;      // fields that tests looked at
  std::vector<Counters*> counters;     // of rules and policies, those that counted it
  // A longer packet (bytes) might not go the same way.
  unsigned longest = std::numeric_limits<unsigned>::max();
  bool forwarded = false;              // it needs a TTL above 1
  bool fixed = true;                   // nothing but those fields, the routes and its connection had a say

  void fit(unsigned mtu) { longest = mtu < longest ? mtu : longest; }
};

}  // namespace fwsim
