#include "simulator/ct_timers.hh"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace fwsim {

unsigned CtTimers::place(std::int64_t end) const {
  const std::uint64_t key = std::max(static_cast<std::uint64_t>(std::max<std::int64_t>(end, 0)), time_);
  const unsigned level = (static_cast<unsigned>(std::bit_width((key ^ time_) | 1)) - 1) / digit;
  return level * digits + static_cast<unsigned>((key >> (level * digit)) & (digits - 1));
}

std::int64_t CtTimers::start(unsigned place) const {
  const unsigned shift = place / digits * digit;
  const std::uint64_t above = shift + digit < 64 ? time_ >> (shift + digit) << (shift + digit) : 0;
  return static_cast<std::int64_t>(above | std::uint64_t{place % digits} << shift);
}

void CtTimers::add(const CtPool& pool, CtEntry& entry) {
  const unsigned to = place(entry.expires);
  const std::uint32_t number = CtPool::number_of(entry);
  entry.links.timer = static_cast<std::uint16_t>(to + 1);
  entry.links.previous_ending = 0;
  entry.links.next_ending = std::exchange(first_[to], number);
  if (entry.links.next_ending != 0) pool.at(entry.links.next_ending).links.previous_ending = number;
  used_[to / digits] |= std::uint64_t{1} << (to % digits);
  next_ = std::min(next_, start(to));
}

void CtTimers::remove(const CtPool& pool, CtEntry& entry) {
  CtLinks& links = entry.links;
  const unsigned from = std::exchange(links.timer, std::uint16_t{0}) - 1U;
  if (links.next_ending != 0) pool.at(links.next_ending).links.previous_ending = links.previous_ending;
  if (links.previous_ending != 0)
    pool.at(links.previous_ending).links.next_ending = links.next_ending;
  else if ((first_[from] = links.next_ending) == 0)
    used_[from / digits] &= ~(std::uint64_t{1} << (from % digits));
  links.next_ending = links.previous_ending = 0;
}

void CtTimers::move(const CtPool& pool, CtEntry& entry) {
  remove(pool, entry);
  add(pool, entry);
}

// Of each level the first slot that has any; of these the one that begins first.
unsigned CtTimers::earliest() const {
  unsigned best = none;
  for (unsigned level = 0; level < levels; ++level) {
    if (used_[level] == 0) continue;
    const unsigned slot = level * digits + static_cast<unsigned>(std::countr_zero(used_[level]));
    if (best == none || start(slot) < start(best)) best = slot;
  }
  return best;
}

CtEntry* CtTimers::search(const CtPool& pool, std::int64_t now) {
  for (;;) {
    const unsigned slot = earliest();
    next_ = slot == none ? std::numeric_limits<std::int64_t>::max() : start(slot);
    // No slot that has any lies between, so all stay where they are.
    time_ = std::max(time_, static_cast<std::uint64_t>(std::max<std::int64_t>(std::min(next_, now), 0)));
    if (next_ > now) return nullptr;
    while (first_[slot] != 0) {
      CtEntry& entry = pool.at(first_[slot]);
      if (entry.expires <= now) return &entry;
      move(pool, entry);
    }
  }
}

bool CtTimers::consistent(const CtPool& pool, std::size_t entries) const {
  std::size_t count = 0;
  for (unsigned slot = 0; slot < first_.size(); ++slot) {
    if ((first_[slot] != 0) != ((used_[slot / digits] >> (slot % digits) & 1) != 0)) return false;
    if (first_[slot] != 0 && start(slot) < next_) return false;
    std::uint32_t previous = 0;
    for (std::uint32_t number = first_[slot]; number != 0; previous = std::exchange(number, pool.at(number).links.next_ending)) {
      const CtEntry& entry = pool.at(number);
      if (entry.links.timer != slot + 1 || entry.links.previous_ending != previous || place(entry.expires) < slot) return false;
      ++count;
    }
  }
  return count == entries;
}

}  // namespace fwsim
