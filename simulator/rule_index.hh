// Which rule of a long chain is the next that does something for a packet, without a look at those between.
//
// Rules are told apart by what they ask first: by the values of the field that parts them best, and below each by
// the field that parts those best (a decision tree); rules that say nothing about a field, or too much, stand beside its
// values in a tree of their own, so that none is in many places. The tree leaves few rules, and these are tested by their code: that a
// rule is skipped is proved by its conditions, that one is found by its own tests. The plain walk gives the same.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "simulator/packet.hh"
#include "simulator/rule_conditions.hh"

namespace fwsim {

class RuleIndex {
 public:
  // Of the rules `first` to `last` - 1 of the program, which are one chain. About a microsecond for each rule.
  RuleIndex(const Program& program, std::uint32_t first, std::uint32_t last);

  // The first op, from rule `from` on, that is more than a test of fields that fails: where to go on. `chain_end` when the
  // packet passes all of them; nothing when it must be walked rule by rule (malformed headers).
  std::optional<std::uint32_t> find(const Program& program, const FieldValues& fields, std::uint32_t from) const;

  // All that the chain's tests look at but for lengths, and the tests of these (ops), each once.
  const std::bitset<field_count>& fields() const { return fields_; }
  const std::vector<std::uint32_t>& length_tests() const { return length_tests_; }
  std::size_t bytes() const;   // of memory

 private:
  friend class IndexBuilder;

  // A number of a node, or (with the highest bit) a place in leaves_: how many rules, and their numbers in order.
  using Place = std::uint32_t;
  static constexpr Place leaf_bit = 0x80000000, nothing = 0xffffffff;

  struct Node {
    Field field = Field::none;
    bool wide = false;
    std::uint32_t bounds = 0, count = 0;   // in narrow_ or wide_: where each interval of values begins
    std::uint32_t places = 0;              // of each interval's rules, in places_
    Place rest = nothing;                  // rules that are not told apart by this field
    std::uint32_t least = 0;               // number of the first rule in it
  };
  struct Search;
  void note_fields(const Program& program, std::uint32_t at);

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> narrow_;
  std::vector<u128> wide_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> leaves_;
  std::vector<Danger> dangers_;
  std::bitset<field_count> fields_;
  std::vector<std::uint32_t> length_tests_;
  Place root_ = nothing;
  std::uint32_t chain_end_ = 0;
  bool usable_ = true;
};

}  // namespace fwsim
