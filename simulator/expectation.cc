#include "simulator/expectation.hh"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/helper.hh"

namespace fwsim {
namespace {

std::size_t destination_hash(const Tuple& t) {
  std::uint64_t h = static_cast<std::uint64_t>(t.dst) ^ (static_cast<std::uint64_t>(t.dst >> 64) * 0x9e3779b97f4a7c15);
  h ^= (std::uint64_t{t.dport} << 16) ^ (std::uint64_t{t.proto} << 8) ^ static_cast<std::uint64_t>(t.family);
  return static_cast<std::size_t>(h * 0xff51afd7ed558ccd);
}

bool same_under(const Expectation::Mask& mask, const Tuple& a, const Tuple& b) {
  return a.family == b.family && a.proto == b.proto && a.dst == b.dst && a.dport == b.dport &&
         (a.src & mask.src) == (b.src & mask.src) && (a.sport & mask.sport) == (b.sport & mask.sport);
}

bool in_zone(const Expectation& e, std::uint16_t zone) {
  const auto master = e.master.lock();
  return master && zone_id(master->zone) == zone;
}

bool alive(const Expectation& e, std::int64_t now) {
  if (e.expires <= now) return false;
  const auto master = e.master.lock();
  if (!master || (master->status & ct_dying)) return false;
  // A connection that is not confirmed yet does not age.
  return !(master->status & ct_confirmed) || master->expires > now;
}

}  // namespace

bool fits(const Expectation& e, const Tuple& tuple) { return same_under(e.mask, e.tuple, tuple); }

std::string to_text(const Expectation& e) {
  const Tuple& t = e.tuple;
  const std::string src = e.mask.src == 0 ? "any" : address_text(t.family, t.src);
  const std::string sport = e.mask.sport == 0 ? "any" : std::to_string(t.sport);
  return fmt::format("{}:{} -> {}:{}", src, sport, address_text(t.family, t.dst), t.dport);
}

void be_expected(CtEntry& child, Expectation e) {
  child.status |= ct_expected;
  CtExtension& ext = child.extend();
  ext.master = e.master.lock();
  ext.helper = e.helper;
  if (ext.master) child.mark = ext.master->mark;
  ext.expectation = std::make_shared<const Expectation>(std::move(e));
}

// nf_ct_expect_related_report()
ExpectResult Expectations::insert(Expectation e, std::int64_t now, bool any_master) {
  const auto master = e.master.lock();
  const HelperKind* kind = master ? helper_of(*master) : nullptr;
  if (!kind || e.cls >= kind->classes.size()) return ExpectResult::no_helper;
  drop_dead(now);
  const std::uint16_t zone = zone_id(master->zone);
  for (auto at = by_age_.rbegin(); at != by_age_.rend(); ++at) {
    Expectation& other = at->second;
    if (!in_zone(other, zone)) continue;
    const bool mine = other.master.lock() == master;
    const Expectation::Mask both{other.mask.src & e.mask.src, static_cast<std::uint16_t>(other.mask.sport & e.mask.sport)};
    if ((mine || any_master) && other.tuple == e.tuple && other.mask == e.mask) {
      if (other.cls != e.cls || !mine) return ExpectResult::elsewhere;
      remove(other.serial);
      break;
    }
    if (same_under(both, other.tuple, e.tuple)) return ExpectResult::busy;
  }
  const HelperKind::Class& limit = kind->classes[e.cls];
  if (limit.max != 0) {
    const auto in_class = [&](const auto& item) { return item.second.cls == e.cls && item.second.master.lock() == master; };
    const auto count = std::count_if(by_age_.begin(), by_age_.end(), in_class);
    if (count >= static_cast<std::ptrdiff_t>(limit.max))
      remove(std::find_if(by_age_.begin(), by_age_.end(), in_class)->first);
  }
  if (by_age_.size() >= max) return ExpectResult::full;
  e.expires = now + limit.timeout * 1'000'000'000;
  e.serial = ++serial_;
  by_destination_.emplace(destination_hash(e.tuple), e.serial);
  by_age_.emplace(e.serial, std::move(e));
  return ExpectResult::added;
}

void Expectations::drop_dead(std::int64_t now) {
  std::vector<std::uint64_t> gone;
  for (const auto& [serial, e] : by_age_)
    if (!alive(e, now)) gone.push_back(serial);
  for (const std::uint64_t serial : gone) remove(serial);
}

Expectation* Expectations::find(const Tuple& tuple, std::uint16_t zone, std::int64_t now) {
  return newest(tuple, zone, now, false);
}

Expectation* Expectations::newest(const Tuple& tuple, std::uint16_t zone, std::int64_t now, bool active) {
  if (by_age_.empty()) return nullptr;
  Expectation* best = nullptr;
  const auto [first, last] = by_destination_.equal_range(destination_hash(tuple));
  for (auto at = first; at != last; ++at) {
    const auto item = by_age_.find(at->second);
    Expectation& e = item->second;
    if (active && (e.flags & expect_inactive)) continue;
    if (fits(e, tuple) && in_zone(e, zone) && alive(e, now) && (!best || best->serial < e.serial)) best = &e;
  }
  return best;
}

// nf_ct_find_expectation()
std::optional<Expectation> Expectations::take(const Tuple& tuple, std::uint16_t zone, std::int64_t now) {
  const Expectation* found = newest(tuple, zone, now, true);
  if (!found) return std::nullopt;
  const auto master = found->master.lock();
  if (!(master->status & ct_confirmed)) return std::nullopt;
  Expectation taken = *found;
  if (!(taken.flags & expect_permanent)) remove(taken.serial);
  return taken;
}

std::vector<Expectation*> Expectations::of(const CtEntry& master, std::int64_t now) {
  std::vector<Expectation*> found;
  for (auto at = by_age_.rbegin(); at != by_age_.rend(); ++at)
    if (alive(at->second, now) && at->second.master.lock().get() == &master) found.push_back(&at->second);
  return found;
}

void Expectations::remove(std::uint64_t serial) {
  const auto item = by_age_.find(serial);
  if (item == by_age_.end()) return;
  const auto [first, last] = by_destination_.equal_range(destination_hash(item->second.tuple));
  for (auto at = first; at != last; ++at)
    if (at->second == serial) {
      by_destination_.erase(at);
      break;
    }
  by_age_.erase(item);
}

void Expectations::remove_of(const CtEntry& master, std::optional<unsigned> cls) {
  std::vector<std::uint64_t> gone;
  for (const auto& [serial, e] : by_age_)
    if (e.master.lock().get() == &master && (!cls || e.cls == *cls)) gone.push_back(serial);
  for (const std::uint64_t serial : gone) remove(serial);
}

std::vector<const Expectation*> Expectations::list(std::int64_t now) const {
  std::vector<const Expectation*> found;
  for (const auto& [serial, e] : by_age_)
    if (alive(e, now)) found.push_back(&e);
  return found;
}

}  // namespace fwsim
