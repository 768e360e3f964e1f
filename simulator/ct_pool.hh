// Where the entries of one table lie: in slabs, by number; what ends makes room for the next. Entries may outlive the
// table (a result keeps its packet's connection), so the pool goes when both its owner and the last entry have gone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "model/large_memory.hh"
#include "simulator/ct_entry.hh"

namespace fwsim {

class CtPool {
 public:
  // What each pool is held by; there is no other way to make one.
  struct Leave {
    void operator()(CtPool* pool) const;
  };
  using Owner = std::unique_ptr<CtPool, Leave>;
  static Owner create() { return Owner(new CtPool); }

  // An entry of nobody else yet. Throws std::bad_alloc, also beyond 1.6 billion.
  CtRef make(const Tuple& original, const Tuple& reply);
  // Numbers are from 1 on, and those of entries that live are all different.
  CtEntry& at(std::uint32_t number) const {
    return *reinterpret_cast<CtEntry*>(slabs_[number >> index_bits] + (number & index_mask) * sizeof(CtEntry));
  }
  static std::uint32_t number_of(const CtEntry& entry);
  // Ends an entry whose owner of this pool is about to go: its place is not used again.
  void leave(CtEntry& entry) {
    entry.refs = 0;
    --living_;
  }
  // For each living entry, in the order in which they lie.
  template <class Use>
  void each(Use use) const;

  // Beside the entries, as long as somebody needs it: the first 96 bits of IPv6 addresses, counters.
  struct Wide {
    u128 src, dst;
  };
  static std::array<Wide, 2>& wide(const CtEntry& entry);
  static std::array<Counters, 2>* counters(const CtEntry& entry, bool make);

 private:
  friend class CtRef;
  static constexpr std::size_t slab_size = huge_page;
  static constexpr unsigned index_bits = 14;
  static constexpr std::uint32_t index_mask = (1U << index_bits) - 1;
  static constexpr std::uint32_t per_slab = slab_size / sizeof(CtEntry);  // the first place is the head's
  static_assert(per_slab <= index_mask);

  // In front of each slab's entries, which find it by their address.
  struct Head {
    CtPool* pool = nullptr;
    std::uint32_t first = 0;  // the number that its own place would have
    std::uint32_t used = 1;   // places that have been given out
    std::unique_ptr<std::array<Wide, 2>[]> wide;
    std::unique_ptr<std::array<Counters, 2>[]> counters;
  };
  static_assert(sizeof(Head) <= sizeof(CtEntry));

  struct Kind {  // of one family: only slabs of IPv6 need wide addresses
    std::uint32_t free = 0;   // a chain of places, by links.next_ending
    Head* newest = nullptr;
  };

  CtPool() = default;
  ~CtPool();
  Head& head(std::size_t slab) const { return *reinterpret_cast<Head*>(slabs_[slab]); }
  static Head& head_of(const CtEntry& entry);
  static std::uint32_t index_of(const CtEntry& entry);
  Head* add_slab(Family family);
  void end(CtEntry& entry);

  std::vector<std::byte*> slabs_;
  Kind kinds_[2];
  std::size_t living_ = 0;
  bool owned_ = true;
};

template <class Use>
void CtPool::each(Use use) const {
  for (std::size_t slab = 0; slab < slabs_.size(); ++slab)
    for (std::uint32_t index = 1; index < head(slab).used; ++index)
      if (CtEntry& entry = at(static_cast<std::uint32_t>(slab << index_bits) + index); entry.refs != 0) use(entry);
}

}  // namespace fwsim
