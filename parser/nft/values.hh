// Right sides of tests, keys of maps and elements of sets: as ranges of an operand, and what a test of them means.
#pragma once

#include "parser/nft/objects.hh"
#include "parser/nft/operands.hh"

namespace fwsim::nft_json {

// The elements of { ... } or of the set "@name"; of a map, pairs. Throws NotUnderstood, also when rules change the set.
const json& elements_of(const json& value, const Scope& scope);
// One constant, prefix or range; an element with its comment or time. Throws NotUnderstood.
Range range_of(const json& value, const Operand& operand);
// All of a right side: one value, or a set.
std::vector<Range> ranges_of(const json& value, const Operand& operand, const Scope& scope);
// Flags that a list or a word names.
std::uint64_t flags_of(const json& value, As as);

// The operand is in one of the ranges; without what it needs.
Pred in_operand(const Operand& operand, std::vector<Range> ranges);

// What an expression must be for an element: one operand, or several joined with ".".
class Key {
 public:
  Key(const json& expression, const Scope& scope);
  // The packet has a value in one of the elements (keys of pairs); nothing when these are not understood.
  Pred in(const std::vector<const json*>& elements) const;
  const Tests& needs() const { return needs_; }
  bool connection() const { return connection_; }
  bool steady() const { return steady_; }
  bool any_port() const { return any_port_; }
  // Every part is there.
  Pred present() const;

 private:
  std::vector<Operand> parts_;
  Tests needs_;
  bool connection_ = false, steady_ = true, any_port_ = false;
};

}  // namespace fwsim::nft_json
