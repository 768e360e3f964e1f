// Finds the elements of a set by what makes them equal (the data_equal functions of
// net/netfilter/ipset): the reader needs it to see duplicates, the simulator to test packets.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "model/ipset.hh"

namespace fwsim {

// What two elements that the kernel takes for the same agree in. Interfaces of net,iface are left
// out: all elements of one network are found together.
std::uint32_t element_hash(const SetType& type, const SetElement& element);
// Whether `added` is there already when `stored` is: physdev and wildcard names are compared too.
bool same_element(const SetType& type, const SetElement& stored, const SetElement& added);

// Open addressing over positions in a vector that the caller keeps; equal keys may occur.
class ElementIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  void insert(std::uint32_t hash, std::uint32_t position);
  void erase(std::uint32_t hash, std::uint32_t position);
  void clear() { slots_.clear(), used_ = live_ = 0; }
  void reserve(std::size_t elements);

  // The first position with this hash for which `wanted(position)` is true; none when there is none.
  template <class Wanted>
  std::uint32_t find(std::uint32_t hash, Wanted&& wanted) const {
    if (slots_.empty()) return none;
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at].position != none; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at].hash == hash && slots_[at].position != removed && wanted(slots_[at].position))
        return slots_[at].position;
    return none;
  }

 private:
  static constexpr std::uint32_t removed = 0xfffffffe;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t position = none;
  };
  std::vector<Slot> slots_;  // a power of two of them
  std::size_t used_ = 0;     // removed ones included
  std::size_t live_ = 0;
  void resize(std::size_t slots);
};

}  // namespace fwsim
