// Finds the rules of a long chain that overlap a piece without looking at each. Rules are grouped
// by which of the selective variables (addresses, ports) they limit narrowly; each group keeps its
// rules sorted by each of those, and a question picks the one that leaves fewest.
#pragma once

#include <cstdint>
#include <vector>

#include "lint/box.hh"

namespace fwsim {

class ChainIndex {
 public:
  struct Entry {
    std::uint32_t rule = 0;
    const Boxes* match = nullptr;
    const std::vector<Box>* hotdrop = nullptr;
  };
  void build(const Space& space, const std::vector<Entry>& entries);
  // Rules in order, from `from` and before `end`, that may overlap; exact in that each returned one does.
  std::vector<std::uint32_t> overlapping(const Piece& piece, std::uint32_t from, std::uint32_t end) const;
  // For short chains a look at each rule is as fast.
  bool worthwhile() const { return size_ > 48; }

 private:
  struct Sorted {           // by where the rule's interval of one variable begins
    Var var = no_var;
    std::vector<Atom> low, high, block_high, highs_sorted;
    std::vector<std::uint32_t> item;
    std::size_t count(Atom from, Atom to) const;
  };
  struct Group {
    std::vector<std::uint32_t> items;
    std::vector<Sorted> by;
  };
  struct Item {
    std::uint32_t rule = 0;
    const Box* box = nullptr;
  };
  // Malformed packets that several rules drop: nothing is left of them for those behind the first that is come to.
  struct Shared {
    const Box* box = nullptr;
    std::vector<std::uint32_t> rules;   // in order
  };
  std::vector<Item> items_;
  std::vector<Shared> shared_;
  std::vector<Group> groups_;
  std::size_t size_ = 0;
};

}  // namespace fwsim
