// The lists of -m recent as the kernel keeps them, and their files in /proc (net/netfilter/xt_recent.c).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/value.hh"
#include "simulator/oracles/recent.hh"
#include "simulator/proc_text.hh"

namespace fwsim {
namespace {

constexpr std::string_view prefix = "recent/";

}  // namespace

std::size_t RecentList::KeyHash::operator()(const Key& key) const {
  const auto high = static_cast<std::uint64_t>(key.address >> 64), low = static_cast<std::uint64_t>(key.address);
  return static_cast<std::size_t>((high * 0x9e3779b97f4a7c15U ^ low) * 0xbf58476d1ce4e5b9U) +
         (key.family == Family::v6);
}

void RecentList::join(Family family, u128 mask, unsigned stamps) {
  if (!joined_) mask_ = family == Family::v4 ? mask << 96 : mask;
  joined_ = true;
  if (stamps <= capacity_) return;
  flush();
  capacity_ = stamps;
}

u128 RecentList::masked(Family family, u128 address) const {
  return address & (family == Family::v4 ? mask_ >> 96 : mask_);
}

RecentList::Entry* RecentList::find(Family family, u128 masked_address, std::uint8_t ttl) {
  const auto found = by_address_.find({masked_address, family});
  if (found == by_address_.end()) return nullptr;
  Entry& entry = *found->second;
  return ttl == entry.ttl || ttl == 0 || entry.ttl == 0 ? &entry : nullptr;
}

void RecentList::add(Family family, u128 masked_address, std::uint8_t ttl, std::uint64_t now, std::size_t room) {
  if (!entries_.empty() && entries_.size() >= room) remove(entries_.front());
  entries_.push_back({.family = family, .address = masked_address, .ttl = ttl, .next = 1, .stamps = {now}});
  by_address_[{masked_address, family}] = std::prev(entries_.end());
}

void RecentList::stamp(Entry& entry, std::uint8_t ttl, std::uint64_t now) {
  entry.next %= capacity_;
  if (entry.next < entry.stamps.size())
    entry.stamps[entry.next] = now;
  else
    entry.stamps.push_back(now);
  ++entry.next;
  entry.ttl = ttl;
  entries_.splice(entries_.end(), entries_, by_address_.at({entry.address, entry.family}));
}

void RecentList::remove(Entry& entry) {
  const auto found = by_address_.find({entry.address, entry.family});
  const auto at = found->second;
  by_address_.erase(found);
  entries_.erase(at);
}

void RecentList::reap(std::uint64_t oldest, const Entry* keep) {
  if (entries_.empty() || &entries_.front() == keep) return;
  Entry& entry = entries_.front();
  if (static_cast<std::int64_t>(entry.stamps[entry.next - 1] - oldest) < 0) remove(entry);
}

void RecentList::flush() {
  by_address_.clear();
  entries_.clear();
}

bool RecentList::restore(Entry entry) {
  if (entry.address != masked(entry.family, entry.address) || entry.stamps.size() > capacity_) return false;
  if (const auto old = by_address_.find({entry.address, entry.family}); old != by_address_.end()) remove(*old->second);
  const Key key{entry.address, entry.family};
  entries_.push_back(std::move(entry));
  by_address_[key] = std::prev(entries_.end());
  return true;
}

std::string RecentList::text() const {
  std::string text;
  for (const Entry& entry : entries_)
    text += fmt::format("src={} ttl: {} last_seen: {} oldest_pkt: {} {}\n",
                        proc_address_text(entry.family, entry.address), entry.ttl, entry.stamps[entry.next - 1],
                        entry.next, fmt::join(entry.stamps, ", "));
  return text;
}

std::map<std::string, std::string> recent_lists(const World& world) {
  std::map<std::string, std::string> lists;
  for (auto at = world.shared.lower_bound(prefix); at != world.shared.end() && at->first.starts_with(prefix); ++at)
    lists[at->first.substr(prefix.size())] = static_cast<const RecentList&>(*at->second).text();
  return lists;
}

RecentList* find_recent_list(World& world, std::string_view name) {
  const auto found = world.shared.find(std::string(prefix) + std::string(name));
  return found == world.shared.end() ? nullptr : static_cast<RecentList*>(found->second.get());
}

std::optional<RecentList::Entry> read_recent_entry(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(" ,", at)) != line.npos;) {
    const std::size_t end = std::min(line.find_first_of(" ,", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  if (words.size() < 8 || !words[0].starts_with("src=") || words[1] != "ttl:" || words[3] != "last_seen:" || words[5] != "oldest_pkt:")
    return std::nullopt;
  const std::string_view source = words[0].substr(4);
  RecentList::Entry entry{.family = source.find(':') == source.npos ? Family::v4 : Family::v6};
  const auto address = read_address(entry.family, source);
  const auto ttl = read_number(words[2]), next = read_number(words[6]);
  if (!address || !ttl || *ttl > 255 || !next) return std::nullopt;
  for (std::size_t i = 7; i < words.size(); ++i) {
    const auto stamp = read_number(words[i]);
    if (!stamp) return std::nullopt;
    entry.stamps.push_back(*stamp);
  }
  if (*next == 0 || *next > entry.stamps.size()) return std::nullopt;
  entry.address = *address;
  entry.ttl = static_cast<std::uint8_t>(*ttl);
  entry.next = static_cast<unsigned>(*next);
  return entry;
}

}  // namespace fwsim
