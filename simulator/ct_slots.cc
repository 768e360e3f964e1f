#include "simulator/ct_slots.hh"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "model/large_memory.hh"

namespace fwsim {

std::uint32_t hash_of(const Tuple& t, std::uint16_t zone) {
  std::uint64_t h = (static_cast<std::uint64_t>(t.src) << 32) ^ static_cast<std::uint64_t>(t.dst) ^ static_cast<std::uint64_t>(t.family);
  const auto mix = [&](std::uint64_t x) {
    h = (h ^ x) * 0xff51afd7ed558ccd;
    h ^= h >> 32;
  };
  if (t.family == Family::v6) {
    mix(static_cast<std::uint64_t>(t.src >> 64));
    mix(static_cast<std::uint64_t>(t.dst >> 64));
    mix(static_cast<std::uint64_t>(t.src) >> 32);
  }
  mix(std::uint64_t{zone} << 16 | t.proto);
  mix(std::uint64_t{t.sport} << 16 | t.dport);
  mix(0x9e3779b97f4a7c15);
  return static_cast<std::uint32_t>(h >> 32);
}

void CtSlots::Free::operator()(void* memory) const { std::free(memory); }

void CtSlots::insert(std::uint32_t hash, Owner owner) {
  if ((used_ + 1) * 8 > places_ * 7) resize(places_ + places_ / 4);
  Slot slot{hash, owner.number << 1 | (owner.reply ? 1U : 0U)};
  for (std::size_t at = first(hash);; ++at) {
    if (at + 1 == slots()) {  // no room behind the last home: what was pushed out waits until there is
      resize(places_ + places_ / 4);
      return insert(slot.hash, owner_of(slot));
    }
    std::swap(slots_[at], slot);
    if (slot.owner == 0) break;
  }
  ++used_;
}

void CtSlots::erase(std::uint32_t hash, Owner owner) {
  std::size_t at = first(hash);
  while (slots_[at].owner != 0 && slots_[at].hash == hash && owner_of(slots_[at]) != owner) ++at;
  if (slots_[at].owner == 0 || slots_[at].hash != hash) return;
  for (; slots_[at + 1].owner != 0 && home(slots_[at + 1].hash) <= at; ++at) slots_[at] = slots_[at + 1];
  slots_[at] = {};
  --used_;
}

void CtSlots::resize(std::size_t places) {
  const std::size_t before = slots_ ? slots() : 0;
  const auto old = std::move(slots_);
  places_ = places;
  used_ = 0;
  const std::size_t all = slots() + stride, size = all * sizeof(Slot);  // what is compared may reach over the end
  void* memory = size < huge_page ? std::calloc(all, sizeof(Slot)) : std::aligned_alloc(huge_page, (size + huge_page - 1) / huge_page * huge_page);
  if (!memory) throw std::bad_alloc();
  slots_.reset(static_cast<Slot*>(memory));
  if (size >= huge_page) {
    want_huge_pages(memory, size);
    std::uninitialized_fill_n(slots_.get(), all, Slot{});
  }
  // Homes are farther apart than before, so nothing moves farther from its own, or over the end.
  std::size_t next = 0;
  for (std::size_t at = 0; at < before; ++at) {
    if (old[at].owner == 0) continue;
    next = std::max(next, home(old[at].hash));
    slots_[next++] = old[at];
    ++used_;
  }
}

bool CtSlots::ordered() const {
  std::size_t count = 0, free_before = 0;  // the first place behind the last gap
  for (std::size_t at = 0; at < slots(); ++at) {
    if (slots_[at].owner == 0) {
      free_before = at + 1;
      continue;
    }
    ++count;
    if (home(slots_[at].hash) < free_before || home(slots_[at].hash) > at) return false;
    if (at > free_before && slots_[at].hash < slots_[at - 1].hash) return false;
  }
  return count == used_ && slots_[slots() - 1].owner == 0;
}

}  // namespace fwsim
