// When connections end: a timer wheel of many levels, exact to the nanosecond. An entry is in the slot of the highest
// digit (of six bits) in which its end differs from the wheel's own time; when that comes there, the entry goes to where
// it belongs then: to a lower level, or higher again if packets have prolonged it meanwhile. So prolonging costs nothing.
#pragma once

#include <array>
#include <cstdint>

#include "simulator/ct_pool.hh"

namespace fwsim {

class CtTimers {
 public:
  void add(const CtPool& pool, CtEntry& entry);
  void remove(const CtPool& pool, CtEntry& entry);
  // After a change that may have brought the entry's end nearer.
  void follow(const CtPool& pool, CtEntry& entry) {
    if (place(entry.expires) < entry.links.timer - 1U) move(pool, entry);
  }
  // One of the entries that are over by then, as long as there are any; who gets it removes it. Null: none is.
  CtEntry* over(const CtPool& pool, std::int64_t now) { return now < next_ ? nullptr : search(pool, now); }
  // Whether the lists hold what they should; `entries`: how many there are.
  bool consistent(const CtPool& pool, std::size_t entries) const;

 private:
  static constexpr unsigned digit = 6, digits = 1U << digit, levels = 11;  // 66 bits
  static constexpr unsigned none = levels * digits;

  unsigned place(std::int64_t end) const;         // level * digits + slot: the nearer, the less
  std::int64_t start(unsigned place) const;       // of the slot's time
  unsigned earliest() const;                      // the slot that begins first of those that have any
  void move(const CtPool& pool, CtEntry& entry);
  CtEntry* search(const CtPool& pool, std::int64_t now);

  std::array<std::uint32_t, levels * digits> first_{};  // entries, by number
  std::array<std::uint64_t, levels> used_{};            // slots that have any
  std::uint64_t time_ = 0;                              // ns; no slot that has any begins before
  std::int64_t next_ = 0;                               // no slot that has any begins before this, either
};

}  // namespace fwsim
