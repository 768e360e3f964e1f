// The lists of -m recent (net/netfilter/xt_recent.c): addresses and when each was seen last. All
// rules that name a list share it, those of both families too. Times are ticks (World::jiffies).
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/types.hh"
#include "simulator/world.hh"

namespace fwsim {

class RecentList : public Shared {
 public:
  struct Entry {
    Family family = Family::v4;
    u128 address = 0;
    std::uint8_t ttl = 0;
    unsigned next = 0;                  // stamps written in this round of the ring
    std::vector<std::uint64_t> stamps;  // a ring: the newest is at next - 1
  };

  // A rule names the list. The first one decides on the mask, for both families: an IPv4 mask is
  // the first four of its 16 bytes and clears the others. More stamps than so far (a power of
  // two) empty the list.
  void join(Family family, u128 mask, unsigned stamps);
  // The address as the list keeps it.
  u128 masked(Family family, u128 address) const;

  // `ttl` 0 finds an entry with any; an entry with 0 is found by any.
  Entry* find(Family family, u128 masked_address, std::uint8_t ttl);
  // The entry that was stamped longest ago makes room when there are `room` already.
  void add(Family family, u128 masked_address, std::uint8_t ttl, std::uint64_t now, std::size_t room);
  void stamp(Entry& entry, std::uint8_t ttl, std::uint64_t now);
  void remove(Entry& entry);
  // Removes the entry that was stamped longest ago if that was before `oldest`; not `keep`.
  void reap(std::uint64_t oldest, const Entry* keep);
  void flush();
  // An entry of an earlier run, behind the others. False: the list has another mask, or keeps fewer stamps.
  bool restore(Entry entry);

  // As /proc/net/xt_recent/NAME shows it, but from the longest ago to the newest.
  std::string text() const;

 private:
  struct Key {
    u128 address;
    Family family;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  bool joined_ = false;
  u128 mask_ = 0;         // as 16 bytes, whatever the family
  unsigned capacity_ = 0;
  std::list<Entry> entries_;  // stamped longest ago first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> by_address_;
};

// All lists by name, as text.
std::map<std::string, std::string> recent_lists(const World& world);
// The list of that name, if a rule has one.
RecentList* find_recent_list(World& world, std::string_view name);
// A line of such a text; nothing for what is none.
std::optional<RecentList::Entry> read_recent_entry(std::string_view line);

}  // namespace fwsim
