// Finds the elements of a set by what makes them equal (the data_equal functions of
// net/netfilter/ipset): the reader needs it to see duplicates, the simulator to test packets.
#pragma once

#include <bit>
#include <cstdint>
#include <utility>

#include "model/ipset.hh"
#include "model/large_memory.hh"

namespace fwsim {

// What two elements of a set that the kernel takes for the same agree in, as one word. Interfaces of
// net,iface are left out: all elements of one network are found together.
class ElementKeys {
 public:
  explicit ElementKeys(const IpSet& set);
  std::uint64_t operator()(const SetElement& element) const { return exact_ ? packed(element) : hashed(element); }
  // Elements with equal keys are the same: so it is where a key says all of an element.
  bool exact() const { return exact_; }

 private:
  bool second_;   // it tells elements apart
  bool exact_;
  // Of IPv4 or a MAC: 48 bits of address or 32 and a port, protocol, prefix length.
  static std::uint64_t packed(const SetElement& e) {
    return static_cast<std::uint64_t>(e.first) | std::uint64_t{e.port} << 32 | std::uint64_t{e.proto} << 48 |
           std::uint64_t{e.first_length} << 56;
  }
  std::uint64_t hashed(const SetElement& element) const;
};

// Whether `added` is there already when `stored` is: physdev and wildcard names are compared too.
bool same_element(const SetType& type, const SetElement& stored, const SetElement& added);

// Open addressing over positions in a vector that the caller keeps; equal keys may occur. Keys lie by
// themselves, so that of ten million elements one is looked up by one access to memory, if its key is all
// that is asked for.
class ElementIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  void insert(std::uint64_t key, std::uint32_t position);
  // All elements of a set, at their places, into an empty index.
  void insert_all(const IpSet& set) { insert_all(ElementKeys(set), set.elements); }
  void insert_all(const ElementKeys& keys, const SetElements& elements);
  void erase(std::uint64_t key, std::uint32_t position);
  void clear();
  void reserve(std::size_t elements);

  bool contains(std::uint64_t key) const {
    if (keys_.empty()) return false;
    std::size_t at = home(key);
    while (keys_[at] != key && keys_[at] != empty) at = after(at);
    return keys_[at] == key;
  }
  // The first position with this key for which `wanted(position)` is true; none when there is none.
  template <class Wanted>
  std::uint32_t find(std::uint64_t key, Wanted&& wanted) const {
    if (keys_.empty()) return none;
    for (std::size_t at = home(key); keys_[at] != empty; at = after(at))
      if (keys_[at] == key && wanted(positions_[at])) return positions_[at];
    return none;
  }
  // For somebody who is about to look the key up.
  void prefetch(std::uint64_t key) const {
    if (!keys_.empty()) __builtin_prefetch(&keys_[home(key)]);
  }

 private:
  friend class ElementKeys;
  static constexpr std::uint64_t empty = ~std::uint64_t{0}, removed = empty - 1;   // no key is one of these
  // A power of two of each.
  LargeVector<std::uint64_t> keys_;
  LargeVector<std::uint32_t> positions_;
  unsigned shift_ = 64;
  std::size_t used_ = 0;     // removed ones included
  std::size_t live_ = 0;

  std::size_t home(std::uint64_t key) const {
    key = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(((key ^ (key >> 29)) * 0xbf58476d1ce4e5b9ULL) >> shift_);
  }
  std::size_t after(std::size_t at) const { return (at + 1) & (keys_.size() - 1); }
  void put(std::uint64_t key, std::uint32_t position);
  void resize(std::size_t slots);
};

}  // namespace fwsim
