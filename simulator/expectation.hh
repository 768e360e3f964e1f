// Expectations (net/netfilter/nf_conntrack_expect.c): connections that a helper has read about in
// another one, its master. The first packet that fits makes a RELATED connection.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulator/conntrack.hh"

namespace fwsim {

struct World;

enum class Direction : std::uint8_t { original, reply };
constexpr Direction opposite(Direction d) { return d == Direction::original ? Direction::reply : Direction::original; }
constexpr std::size_t index_of(Direction d) { return static_cast<std::size_t>(d); }
inline Tuple tuple_of(const CtEntry& entry, Direction d) { return entry.tuple(d == Direction::reply); }

// enum ip_conntrack_expect_events / NF_CT_EXPECT_*
inline constexpr std::uint32_t expect_permanent = 0x1, expect_inactive = 0x2, expect_userspace = 0x4;

// What is done to a new connection that was expected (`expectfn`). The name is that of dumps;
// those without one are not shown there.
struct ExpectFunction {
  std::string_view name;
  void (*run)(World& world, Packet& packet, CtEntry& child, const Expectation& expectation);
};
// Translates the child so that it goes between the ends its master goes between (nf_nat_follow_master).
extern const ExpectFunction follow_master;

struct Expectation {
  // Which bits of the tuple's source count; all of the destination do.
  struct Mask {
    u128 src = 0;
    std::uint16_t sport = 0;
    bool operator==(const Mask&) const = default;
  };

  Tuple tuple;
  Mask mask;
  CtWeakRef master;
  unsigned cls = 0;               // which limit of the master's helper it counts against
  std::uint32_t flags = 0;        // expect_*
  std::int64_t expires = 0;       // ns since 1970; insert() sets it from the class
  std::string helper;             // what the child gets; empty: none
  const ExpectFunction* fn = nullptr;
  // With NAT: what the helper read before it put the translated end into `tuple`.
  u128 saved_address = 0;
  std::uint16_t saved_port = 0;   // of the destination, or the source key of GRE
  Direction dir = Direction::original;  // of the packet that announced it
  std::uint64_t serial = 0;       // order of insertion, from 1
};

bool fits(const Expectation& expectation, const Tuple& tuple);
// "192.0.2.1:any -> 198.51.100.7:4000"
std::string to_text(const Expectation& expectation);
// The new connection is the one that was expected (init_conntrack): status, master, mark, helper.
void be_expected(CtEntry& child, Expectation expectation);

enum class ExpectResult : std::uint8_t {
  added,     // or added anew, when the master had the same already
  busy,      // EBUSY: clashes with another expectation
  elsewhere, // EALREADY: another master or class has the very same
  full,      // EMFILE: nf_conntrack_expect_max
  no_helper  // ESHUTDOWN
};

class Expectations {
 public:
  std::uint64_t max = 4096;  // nf_conntrack_expect_max

  // `any_master`: the same expectation of another master counts as the same (NF_CT_EXP_F_SKIP_MASTER).
  ExpectResult insert(Expectation expectation, std::int64_t now, bool any_master = false);
  // The one that a new connection fits; it is used up unless permanent. Inactive ones, and those
  // whose master is not confirmed, stay where they are.
  std::optional<Expectation> take(const Tuple& tuple, std::uint16_t zone, std::int64_t now);
  // The newest living one that fits, active or not; null when there is none. Valid until the next change.
  Expectation* find(const Tuple& tuple, std::uint16_t zone, std::int64_t now);
  // Those of one master, newest first. Valid until the next change.
  std::vector<Expectation*> of(const CtEntry& master, std::int64_t now);
  void remove(std::uint64_t serial);
  void remove_of(const CtEntry& master, std::optional<unsigned> cls = std::nullopt);
  bool empty() const { return by_age_.empty(); }   // not even one that is over
  // All living ones, oldest first.
  std::vector<const Expectation*> list(std::int64_t now) const;

 private:
  Expectation* newest(const Tuple& tuple, std::uint16_t zone, std::int64_t now, bool active);
  void drop_dead(std::int64_t now);

  std::map<std::uint64_t, Expectation> by_age_;                      // by serial
  std::unordered_multimap<std::size_t, std::uint64_t> by_destination_;  // hash of the destination: serial
  std::uint64_t serial_ = 0;
};

}  // namespace fwsim
