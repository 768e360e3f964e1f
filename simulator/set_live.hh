// One ipset of a running host: elements with index, expiry and counters. Hash types are looked up
// prefix length by prefix length, the most specific first, as mtype_test_cidrs does it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/ipset.hh"
#include "model/set_index.hh"
#include "simulator/prefix_lengths.hh"
#include "simulator/set_lookup.hh"

namespace fwsim {

// What a packet is looked up by in one set: an element without prefix lengths.
struct SetKey {
  SetElement element;
  bool known = false;  // false: the packet has no such thing, so it is in no such set
};
SetKey key_of(const IpSet& set, const SetFlags& flags, const Packet& packet);

struct SetStore::Live {
  Live(const IpSet& source, std::int64_t now);

  IpSet set;                          // its elements are here instead:
  SetElements elements;               // lists: in order
  std::vector<std::int64_t> expires;  // ns, beside the elements of sets with timeouts
  std::vector<int> members;           // list:set: handles beside the elements

  enum class Answer : std::uint8_t { no, yes, exception };  // exception: a nomatch element
  Answer test(const SetKey& key, const Packet& packet, const SetTest& options, std::int64_t now, SkbInfo* info);
  SetChange add(const SetKey& key, const Packet& packet, std::optional<std::uint32_t> timeout, bool exist,
                std::int64_t now);
  SetChange del(const SetKey& key, std::int64_t now);

  bool expired(std::size_t at, std::int64_t now) const { return !expires.empty() && expires[at] < now; }
  // Counts the packet, and says whether the element matches with its expiry and counters
  // (ip_set_match_extensions).
  bool matches(std::size_t at, const Packet& packet, const SetTest& options, std::int64_t now, SkbInfo* info);
  IpSet state(std::int64_t now) const;

 private:
  ElementKeys keys_;
  ElementIndex index_;
  PrefixLengths first_, second_;                     // of the parts that are networks
  bool exceptions_ = false;                          // there may be elements with `nomatch`
  std::vector<std::uint32_t> spare_;                 // extras that nobody uses any more

  Answer test_networks(SetElement wanted, const Packet& packet, const SetTest& options, std::int64_t now,
                       SkbInfo* info);
  std::optional<Answer> test_one(const SetElement& wanted, const Packet& packet, const SetTest& options,
                                 std::int64_t now, SkbInfo* info);
  Answer answer_of(std::uint32_t at, const Packet& packet, const SetTest& options, std::int64_t now, SkbInfo* info);
  void fill_mac(std::uint32_t at, u128 mac, const Packet& packet, std::uint32_t timeout, std::int64_t now);
  std::uint32_t find(const SetElement& element) const;
  void insert(const SetElement& element);
  void remove(std::uint32_t at);
  void write_extensions(std::uint32_t at, const Packet& packet, std::uint32_t timeout, std::int64_t now);
  SetElement as_target_sees(const SetElement& element) const;
  void count_lengths(const SetElement& element);
  void count_all_lengths();
  // To be an element is all that counts: nothing has to be read of it.
  bool plain(const SkbInfo* info) const {
    return keys_.exact() && !exceptions_ && !set.timeout && !set.counters && !(info && set.skbinfo);
  }
  void sweep(std::int64_t now);
};

inline constexpr std::int64_t no_expiry = INT64_MAX;
std::int64_t expiry_of(std::uint32_t timeout, std::int64_t now);

}  // namespace fwsim
