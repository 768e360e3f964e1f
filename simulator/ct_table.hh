// The connections that are known, found by each of their tuples, by their source, and by their end. Knows nothing of what
// a connection is: conntrack.hh.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simulator/ct_pool.hh"
#include "simulator/ct_slots.hh"
#include "simulator/ct_sources.hh"
#include "simulator/ct_timers.hh"

namespace fwsim {

class CtTable {
 public:
  CtTable() = default;
  CtTable(const CtTable&) = delete;
  CtTable& operator=(const CtTable&) = delete;
  ~CtTable();

  // A new entry, not in the table yet.
  CtRef make(const Tuple& original, const Tuple& reply) { return pool_->make(original, reply); }
  // The table holds a reference from here on. No other entry may have its tuples, but for the original one of an entry
  // that `answers_only`.
  void insert(CtEntry& entry, bool answers_only);
  void remove(CtEntry& entry);

  // The entry that has this tuple in this direction; null when there is none.
  CtEntry* at(const Tuple& tuple, std::uint16_t zone, bool reply) const;
  // Whether an entry has this tuple in any direction.
  bool knows(const Tuple& tuple, std::uint16_t zone) const;
  // Has the processor fetch where an entry with this tuple is, or would be put.
  void fetch(const Tuple& tuple, std::uint16_t zone) const { slots_.fetch(hash_of(tuple, zone)); }
  // And then, a while later, the entry itself.
  void fetch_entry(const Tuple& tuple, std::uint16_t zone) const {
    slots_.find(hash_of(tuple, zone), [&](CtSlots::Owner owner) {
      const char* const entry = reinterpret_cast<const char*>(&pool_->at(owner.number));
      for (std::size_t at = 0; at < sizeof(CtEntry); at += 64) __builtin_prefetch(entry + at, 1);
      return true;
    });
  }
  // One of the entries whose end has come; it stays until it is removed. Null when there is none.
  CtEntry* over(std::int64_t now) { return timers_.over(*pool_, now); }
  // To be told after a change of `expires`, of any entry: only when it came nearer that changes something.
  void follow(CtEntry& entry) {
    if (entry.in_table()) timers_.follow(*pool_, entry);
  }
  // use(CtEntry&) for all, in no order; none may be removed meanwhile.
  template <class Use>
  void each(Use use) const {
    pool_->each([&](CtEntry& entry) {
      if (entry.in_table()) use(entry);
    });
  }
  template <class Use>
  void each_of_source(const Tuple& tuple, std::uint16_t zone, Use use) {
    if (!sources_.begun()) index_sources();
    sources_.each(*pool_, tuple, zone, use);
  }
  // Whether some entry is not ASSURED. The entries of a table become ASSURED, but never the other way.
  bool any_unassured();

  std::size_t size() const { return size_; }
  // What the indexes take, beside the entries.
  std::size_t index_bytes() const { return slots_.bytes() + sources_.bytes(); }
  bool consistent() const;

 private:
  void index_sources();

  CtPool::Owner pool_ = CtPool::create();
  CtSlots slots_;
  CtSources sources_;
  CtTimers timers_;
  std::size_t size_ = 0;
  std::uint32_t unassured_ = 0;  // the number of an entry that was not ASSURED; 0: all are
};

}  // namespace fwsim
