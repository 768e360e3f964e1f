// References to connections, with the look of std::shared_ptr and std::weak_ptr. The count is in the entry, and not
// atomic: what tracks connections, and all that it hands out, belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace fwsim {

struct CtEntry;  // ct_entry.hh

class CtRef {
 public:
  CtRef() = default;
  CtRef(std::nullptr_t) {}
  explicit CtRef(CtEntry* entry) : entry_(entry) {
    if (entry_) hold(*entry_);
  }
  CtRef(const CtRef& other) : CtRef(other.entry_) {}
  CtRef(CtRef&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  CtRef& operator=(const CtRef& other) {
    CtRef copy(other);
    std::swap(entry_, copy.entry_);
    return *this;
  }
  CtRef& operator=(CtRef&& other) noexcept {
    std::swap(entry_, other.entry_);
    other.reset();
    return *this;
  }
  ~CtRef() {
    if (entry_) drop(*entry_);
  }

  CtEntry* get() const { return entry_; }
  CtEntry& operator*() const { return *entry_; }
  CtEntry* operator->() const { return entry_; }
  explicit operator bool() const { return entry_ != nullptr; }
  void reset() {
    if (CtEntry* entry = std::exchange(entry_, nullptr)) drop(*entry);
  }
  bool operator==(const CtRef&) const = default;

  // One reference more and one less, for who keeps count himself. The last one ends the entry.
  static void hold(CtEntry& entry);
  static void drop(CtEntry& entry);

 private:
  CtEntry* entry_ = nullptr;
};

// Leads to an entry as long as somebody else holds it. Must not be followed when the table that made the entry, and all
// its entries, are gone.
class CtWeakRef {
 public:
  CtWeakRef() = default;
  CtWeakRef(const CtRef& entry);
  CtRef lock() const;  // null when the entry has ended
  bool expired() const { return !lock(); }

 private:
  CtEntry* entry_ = nullptr;
  std::uint32_t life_ = 0;  // which of the entries that have been in that place
};

}  // namespace fwsim
