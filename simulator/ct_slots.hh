// The index of connections by their tuples: eight bytes for each direction, in the order of their hashes, with gaps.
//
// A slot's place is where its hash would be if all hashes were evenly spread, or behind that, as near as the order allows
// (linear probing with ordered slots). So a search ends where the hashes get greater, and growing is one pass over memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "simulator/tuple.hh"

namespace fwsim {

// Equal for the equal; `zone` is that of the direction.
std::uint32_t hash_of(const Tuple& tuple, std::uint16_t zone);

class CtSlots {
 public:
  // Who a slot leads to: an entry's number and which of its tuples it stands for.
  struct Owner {
    std::uint32_t number = 0;  // below 2^31; 0: nobody
    bool reply = false;
    bool operator==(const Owner&) const = default;
  };

  CtSlots() { resize(least); }

  // The owner with this hash for which fits(Owner) is true. Slots are compared eight at a time, without a branch for each:
  // so the processor can go on while memory is still answering.
  template <class Fits>
  Owner find(std::uint32_t hash, Fits fits) const {
    for (std::size_t at = home(hash);; at += stride) {
      unsigned hits = 0;
      for (unsigned i = 0; i < stride; ++i) hits |= (slots_[at + i].hash == hash ? 1U : 0U) << i;
      for (; hits != 0; hits &= hits - 1)
        if (const Owner owner = owner_of(slots_[at + static_cast<unsigned>(std::countr_zero(hits))]); owner.number != 0 && fits(owner))
          return owner;
      const Slot& last = slots_[at + stride - 1];
      if (last.owner == 0 || last.hash > hash) return {};
    }
  }
  // Has the processor fetch what find() and insert() will look at.
  void fetch(std::uint32_t hash) const {
    const Slot* const first = &slots_[home(hash)];
    __builtin_prefetch(first, 1);
    __builtin_prefetch(first + stride - 1, 1);   // mostly in the next line of the cache
  }
  void insert(std::uint32_t hash, Owner owner);
  void erase(std::uint32_t hash, Owner owner);  // nothing when it is not there

  std::size_t size() const { return used_; }
  std::size_t bytes() const { return slots() * sizeof(Slot); }
  // Whether each slot is where a search looks for it.
  bool ordered() const;
  template <class Use>
  void each(Use use) const {  // use(hash, Owner)
    for (std::size_t at = 0; at < slots(); ++at)
      if (slots_[at].owner != 0) use(slots_[at].hash, owner_of(slots_[at]));
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t owner = 0;  // number * 2 + reply; 0: empty
  };
  struct Free {
    void operator()(void* memory) const;
  };
  static constexpr std::size_t least = 512, stride = 8;

  static Owner owner_of(Slot slot) { return {slot.owner >> 1, (slot.owner & 1) != 0}; }
  std::size_t home(std::uint32_t hash) const { return static_cast<std::size_t>((std::uint64_t{hash} * places_) >> 32); }
  // Behind the last home there is room for what is moved on; the very last slot stays empty.
  std::size_t slots() const { return places_ + places_ / 64 + 64; }
  // Where slots of this hash begin, or would be put.
  std::size_t first(std::uint32_t hash) const {
    std::size_t at = home(hash);
    while (slots_[at].owner != 0 && slots_[at].hash < hash) ++at;
    return at;
  }
  void resize(std::size_t places);

  std::unique_ptr<Slot[], Free> slots_;
  std::size_t places_ = 0, used_ = 0;
};

}  // namespace fwsim
