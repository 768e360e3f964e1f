// A condition of the core language as a list of conjunctions of tests on fields: rules of nft can
// only say "and". A test of nft on something that the packet does not have fails, also when negated.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/pred.hh"

namespace fwsim::nft {

struct Literal {
  enum class Kind : std::uint8_t { in, masked, present, absent };
  Kind kind = Kind::in;
  Field field = Field::none;
  bool negated = false;         // in, masked: present and not so
  std::vector<Range> ranges{};  // in
  u128 value = 0, mask = 0;     // masked
  bool operator==(const Literal&) const = default;
};
using Conjunction = std::vector<Literal>;

// `whole`: the kernel puts fragments together before any rule sees them.
// Nothing when the condition has an oracle or would take more than 64 conjunctions.
std::optional<std::vector<Conjunction>> terms_of(const Pred& pred, Family family, bool whole, std::string& why);

// Fields of the transport header: a test on one is false for later fragments.
bool is_transport(Field field);

}  // namespace fwsim::nft
