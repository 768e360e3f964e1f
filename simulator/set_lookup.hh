// The ipsets of a running host: which packets are in which set, and what the SET target changes
// (net/netfilter/ipset: ip_set_core.c, ip_set_hash_gen.h, ip_set_bitmap_gen.h, ip_set_list_set.c).
// Knows nothing of rules: the set match and the SET target give it a packet and what to look at.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/ipset.hh"
#include "simulator/packet.hh"

namespace fwsim {

// "src,dst": for each dimension, whether the packet's source is looked at.
struct SetFlags {
  unsigned count = 0;
  unsigned sources = 0;  // bit i: dimension i
  bool source(unsigned dimension) const { return (sources >> dimension) & 1; }
};
inline constexpr unsigned max_set_flags = 6;  // IPSET_DIM_MAX
std::optional<SetFlags> read_set_flags(std::string_view text);

// --packets-gt 5, ! --bytes-eq 7
struct SetCounterTest {
  enum class Kind : std::uint8_t { none, equal, not_equal, less, greater };
  Kind kind = Kind::none;
  std::uint64_t value = 0;
  bool holds(std::uint64_t count) const;
};

struct SetTest {
  bool return_nomatch = false;
  bool update_counters = true;
  bool update_subcounters = true;  // of the members of a list
  SetCounterTest packets, bytes;
};

// What the element that matched maps the packet to (SET --map-set); a mask of 0 changes no mark.
struct SkbInfo {
  std::uint32_t mark = 0, mark_mask = 0;
  std::uint32_t priority = 0;
  std::uint16_t queue = 0;
};

enum class SetChange : std::uint8_t {
  done,
  exists,   // add: is there already, left as it is
  absent,   // del: is not there
  full,
  refused,  // the packet has no such thing (too few flags, other family, no ports, ...)
  unsure,   // a full set with forceadd: the kernel may replace an element, by its secret hash
};

class SetStore {
 public:
  using Sets = std::map<std::string, IpSet, std::less<>>;
  static constexpr int none = -1;

  SetStore();
  // Timeouts of the elements count from `now` (nanoseconds, on the clock of the packets).
  SetStore(const Sets& sets, std::int64_t now);
  ~SetStore();
  SetStore(SetStore&&) noexcept;
  SetStore& operator=(SetStore&&) noexcept;

  // Handle of a set for the other functions; `none` when there is no such set.
  int find(std::string_view name) const;
  std::string_view name(int set) const;

  // ip_set_test(): whether the packet is in the set, before a `!` of the rule. Counts, and writes
  // what the element maps to into `info`. The packet's fields must hold what the hook knows:
  // in_if, out_if, mark, and physin and physout.
  bool test(int set, const SetFlags& flags, const Packet& packet, const SetTest& options, std::int64_t now,
            SkbInfo* info = nullptr);
  // ip_set_add() and ip_set_del() for the packet, as the SET target calls them. A timeout that is
  // not given is the set's.
  SetChange add(int set, const SetFlags& flags, const Packet& packet, std::optional<std::uint32_t> timeout, bool exist,
                std::int64_t now);
  SetChange del(int set, const SetFlags& flags, const Packet& packet, std::int64_t now);

  // The set as `ipset save` would show it now.
  IpSet state(int set, std::int64_t now) const;
  std::size_t size() const { return sets_.size(); }

 private:
  struct Live;  // set_live.hh: one set, indexed
  std::vector<std::unique_ptr<Live>> sets_;
  std::map<std::string, int, std::less<>> names_;
};

}  // namespace fwsim
