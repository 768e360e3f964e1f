// Sets of atoms. An atom is a class of values of one variable that no rule tells apart (space.hh);
// atoms are numbered in order of value, so that sets of packets are short lists of intervals.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace fwsim {

using Atom = std::uint32_t;

struct AtomInterval {  // inclusive
  Atom low = 0, high = 0;
  bool operator==(const AtomInterval&) const = default;
};

// Nearly all sets in rulesets are one interval, which is kept in place.
class AtomSet {
 public:
  AtomSet() = default;  // empty
  AtomSet(Atom low, Atom high) : low_(low), high_(high) {}
  static AtomSet one(Atom atom) { return {atom, atom}; }
  static AtomSet all(Atom count) { return count == 0 ? AtomSet() : AtomSet(0, count - 1); }
  // Any intervals, in any order, overlapping or not.
  static AtomSet of(std::vector<AtomInterval> intervals);

  bool empty() const { return low_ > high_; }
  Atom first() const { return low_; }   // of a set that is not empty
  Atom last() const { return high_; }
  bool single() const { return low_ == high_; }
  bool one_interval() const { return !more_; }
  std::uint64_t size() const;
  Atom nth(std::uint64_t n) const;      // n < size()
  bool contains(Atom atom) const;
  bool overlaps(const AtomSet& other) const {
    if (low_ > other.high_ || other.low_ > high_ || empty() || other.empty()) return false;
    return !more_ && !other.more_ ? true : overlaps_slowly(other);
  }
  bool covers(const AtomSet& other) const;  // every atom of `other` is in this one
  std::vector<AtomInterval> intervals() const;
  bool operator==(const AtomSet& other) const;

  friend AtomSet operator&(const AtomSet& a, const AtomSet& b);
  friend AtomSet operator|(const AtomSet& a, const AtomSet& b);
  friend AtomSet operator-(const AtomSet& a, const AtomSet& b);

 private:
  bool overlaps_slowly(const AtomSet& other) const;
  static AtomSet sorted(std::vector<AtomInterval> intervals);  // sorted, apart from each other

  Atom low_ = 1, high_ = 0;   // the hull
  std::shared_ptr<const std::vector<AtomInterval>> more_;   // when there are several intervals
};

}  // namespace fwsim
