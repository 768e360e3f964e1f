#include "lint/atoms.hh"

#include <algorithm>
#include <span>

namespace fwsim {
namespace {

// The intervals of a set without copying them.
class View {
 public:
  View(Atom low, Atom high, const std::vector<AtomInterval>* more) : one_{low, high}, more_(more), empty_(low > high) {}
  std::span<const AtomInterval> list() const {
    if (empty_) return {};
    return more_ ? std::span<const AtomInterval>(*more_) : std::span<const AtomInterval>(&one_, 1);
  }

 private:
  AtomInterval one_;
  const std::vector<AtomInterval>* more_;
  bool empty_;
};

using Intervals = std::span<const AtomInterval>;

// From the first interval on that ends at `low` or behind it.
Intervals from(Intervals list, Atom low) {
  const auto at = std::partition_point(list.begin(), list.end(), [&](const AtomInterval& i) { return i.high < low; });
  return list.subspan(static_cast<std::size_t>(at - list.begin()));
}

// Of intervals in the order of their beginnings.
std::vector<AtomInterval> joined(const std::vector<AtomInterval>& intervals) {
  std::vector<AtomInterval> out;
  for (const AtomInterval& next : intervals) {
    if (next.low > next.high) continue;
    if (!out.empty() && next.low <= out.back().high + 1)
      out.back().high = std::max(out.back().high, next.high);
    else
      out.push_back(next);
  }
  return out;
}

bool begins_before(const AtomInterval& a, const AtomInterval& b) { return a.low < b.low; }

}  // namespace

AtomSet AtomSet::sorted(std::vector<AtomInterval> intervals) {
  AtomSet out;
  if (intervals.empty()) return out;
  out.low_ = intervals.front().low;
  out.high_ = intervals.back().high;
  if (intervals.size() > 1) out.more_ = std::make_shared<const std::vector<AtomInterval>>(std::move(intervals));
  return out;
}

AtomSet AtomSet::of(std::vector<AtomInterval> intervals) {
  std::sort(intervals.begin(), intervals.end(), begins_before);
  return sorted(joined(intervals));
}

std::vector<AtomInterval> AtomSet::intervals() const {
  const View view(low_, high_, more_.get());
  return {view.list().begin(), view.list().end()};
}

std::uint64_t AtomSet::size() const {
  std::uint64_t n = 0;
  const View view(low_, high_, more_.get());   // it must outlive the list
  for (const AtomInterval& i : view.list()) n += std::uint64_t{i.high} - i.low + 1;
  return n;
}

Atom AtomSet::nth(std::uint64_t n) const {
  for (const AtomInterval& i : intervals()) {
    const std::uint64_t length = std::uint64_t{i.high} - i.low + 1;
    if (n < length) return static_cast<Atom>(i.low + n);
    n -= length;
  }
  return high_;
}

bool AtomSet::contains(Atom atom) const {
  if (atom < low_ || atom > high_) return false;
  if (!more_) return true;
  const auto after = std::upper_bound(more_->begin(), more_->end(), atom, [](Atom a, const AtomInterval& i) { return a < i.low; });
  return after != more_->begin() && std::prev(after)->high >= atom;
}

bool AtomSet::overlaps_slowly(const AtomSet& other) const {
  const View a(low_, high_, more_.get()), b(other.low_, other.high_, other.more_.get());
  const Intervals x = from(a.list(), other.low_), y = from(b.list(), low_);
  auto i = x.begin(), j = y.begin();
  while (i != x.end() && j != y.end()) {
    if (i->high < j->low)
      ++i;
    else if (j->high < i->low)
      ++j;
    else
      return true;
  }
  return false;
}

bool AtomSet::covers(const AtomSet& other) const {
  if (other.empty()) return true;
  if (!more_) return !empty() && low_ <= other.low_ && other.high_ <= high_;
  return (other - *this).empty();
}

bool AtomSet::operator==(const AtomSet& other) const {
  if (empty() || other.empty()) return empty() == other.empty();
  if (low_ != other.low_ || high_ != other.high_ || !more_ != !other.more_) return false;
  return !more_ || more_ == other.more_ || *more_ == *other.more_;
}

AtomSet operator&(const AtomSet& a, const AtomSet& b) {
  if (a.empty() || b.empty() || a.low_ > b.high_ || b.low_ > a.high_) return {};
  if (!a.more_ && !b.more_) return {std::max(a.low_, b.low_), std::min(a.high_, b.high_)};
  if (!b.more_ && b.low_ <= a.low_ && a.high_ <= b.high_) return a;
  if (!a.more_ && a.low_ <= b.low_ && b.high_ <= a.high_) return b;
  const View all_a(a.low_, a.high_, a.more_.get()), all_b(b.low_, b.high_, b.more_.get());
  const Intervals x = from(all_a.list(), b.low_), y = from(all_b.list(), a.low_);
  std::vector<AtomInterval> out;
  auto i = x.begin(), j = y.begin();
  while (i != x.end() && j != y.end() && i->low <= b.high_ && j->low <= a.high_) {
    const Atom low = std::max(i->low, j->low), high = std::min(i->high, j->high);
    if (low <= high) out.push_back({low, high});
    if (i->high < j->high)
      ++i;
    else
      ++j;
  }
  return AtomSet::sorted(std::move(out));
}

AtomSet operator|(const AtomSet& a, const AtomSet& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  const View x(a.low_, a.high_, a.more_.get()), y(b.low_, b.high_, b.more_.get());
  std::vector<AtomInterval> both(x.list().size() + y.list().size());
  std::merge(x.list().begin(), x.list().end(), y.list().begin(), y.list().end(), both.begin(), begins_before);
  return AtomSet::sorted(joined(both));
}

AtomSet operator-(const AtomSet& a, const AtomSet& b) {
  if (a.empty() || b.empty() || a.low_ > b.high_ || b.low_ > a.high_) return a;
  const View all_a(a.low_, a.high_, a.more_.get()), all_b(b.low_, b.high_, b.more_.get());
  const Intervals x = all_a.list(), y = from(all_b.list(), a.low_);
  // What lies before and behind all of `b` stays.
  const Intervals behind = from(x, b.low_);
  std::vector<AtomInterval> out(x.begin(), x.end() - static_cast<std::ptrdiff_t>(behind.size()));
  auto j = y.begin();
  for (auto at = behind.begin(); at != behind.end(); ++at) {
    if (at->low > b.high_) {
      out.insert(out.end(), at, behind.end());
      break;
    }
    AtomInterval rest = *at;
    while (j != y.end() && j->high < rest.low) ++j;
    bool left = true;
    for (auto k = j; k != y.end() && k->low <= rest.high; ++k) {
      if (k->low > rest.low) out.push_back({rest.low, k->low - 1});
      if (k->high >= rest.high) {
        left = false;
        break;
      }
      rest.low = k->high + 1;
    }
    if (left) out.push_back(rest);
  }
  return AtomSet::sorted(std::move(out));
}

}  // namespace fwsim
