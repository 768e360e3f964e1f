// What rules that could be one differ in, and what one rule would ask instead.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/ruleset.hh"

namespace fwsim {

struct MergeValue {
  std::vector<NumRange> ports;   // joined, in order
  Prefix address;
  std::uint64_t states = 0;
};

// One thing to differ in.
struct MergeKind {
  std::string_view by;                     // "ports"
  bool address = false;
  // Takes it out of the rule; nothing when the rule does not ask it, or asks it otherwise.
  std::optional<MergeValue> (*take)(Rule& rule);
  // Puts it into a rule from which one was taken.
  void (*put)(Rule& rule, const MergeValue& value, Family family);
};

inline constexpr std::size_t most_port_slots = 15;   // of multiport; a range has two
std::size_t slots_of(const std::vector<NumRange>& ports);
std::vector<NumRange> joined_ports(std::vector<NumRange> ports);

const std::vector<MergeKind>& merge_kinds();

}  // namespace fwsim
