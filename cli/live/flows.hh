// Flows that were seen, and whether two rulesets have treated them differently.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "simulator/result.hh"
#include "simulator/tuple.hh"

namespace fwsim {

// The flow that a packet belongs to: its connection, which knows what it looked like before NAT, or what an ICMP error
// quotes, or else its addresses and ports.
Tuple flow_of(const Packet& packet, const Result& before, const Result& after);

// What differs for one packet: "fate", "device", "bytes" (as it leaves), "mark", "answers"; nothing: they treat it alike.
std::vector<std::string> differences(const Result& before, const Result& after);

class Flows {
 public:
  struct Flow {
    std::int64_t seen = 0;   // ns: its last packet
    bool differs = false, unknown = false;
  };
  // Both directions are one flow, which may be a new one.
  Flow& find(const Tuple& tuple, std::int64_t time);
  std::uint64_t count() const { return count_; }

 private:
  struct Hash {
    std::size_t operator()(const Tuple& t) const;
  };
  void forget_old();

  std::unordered_map<Tuple, Flow, Hash> flows_;
  std::uint64_t count_ = 0;
};

}  // namespace fwsim
