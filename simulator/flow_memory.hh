// Where the packets of a connection went, for those that come after: a packet whose connection, headers and device are those of an
// earlier one goes its way without a look at rules and routes, as long as nothing else had a say in it. What a packet changes
// is changed: its connection (windows, state, timeout), counters of rules, and the clock. The walk through all hooks gives the same.
//
// Remembered are ways of plain packets (flow_view.hh) that came by a device and whose connection is known, with no match on the way
// that has a memory or reads payload, no target but verdicts, jumps and marks, no helper, nothing logged or answered. A packet that
// its connection judges otherwise than the one before walks again. The first packets of connections are for courses.hh.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/conntrack.hh"
#include "simulator/courses.hh"
#include "simulator/flow_view.hh"
#include "simulator/result.hh"
#include "simulator/trail.hh"
#include "simulator/world.hh"

namespace fwsim {

class FragmentQueues;

class FlowMemory {
 public:
  // A way, and how many packets went it without a walk.
  struct Way {
    Fate fate = Fate::unknown;
    std::optional<RuleRef> decided_by;
    CtState ct_state = CtState::invalid;
    std::optional<std::uint32_t> status, mark;   // of the connection, where rules look at them
    std::uint64_t shortest = 0, longest = 0;     // packet, in bytes
    bool forwarded = false;
    std::vector<Counters*> counters;
    Counters recalled;
    Counters settled;   // what of it the rules have counted
    bool same(const Way& other) const;
  };

  // Connections that became known here, by their serial numbers: first and last.
  using Opened = std::pair<std::uint64_t, std::uint64_t>;

  // The rules, routes and sockets of the engine stay as they are.
  explicit FlowMemory(Engine& engine);
  FlowMemory(const FlowMemory&) = delete;
  FlowMemory& operator=(const FlowMemory&) = delete;

  // For a frame that comes soon: has the processor fetch what will be looked at, then, a while later, what that leads to, and where
  // that is not a connection, after another while what it leads to. The hash is good for recall(), even if others come first.
  std::uint64_t fetch(const FlowView& view) const;
  bool fetch_connection(const FlowView& view, std::uint64_t hash) const;
  void fetch_entry(const FlowView& view) const { world_.conntrack.fetch_entry(view.tuple); }
  // Whether the frame went a known way. `device`: where it was captured, as place_packet() takes it; `view` is that of the frame,
  // and `hash` that of fetch().
  bool recall(const Frame& frame, const FlowView& view, std::uint64_t hash, std::string_view device);
  // Before a walk, and after it, when the frame arrived (Place::arrives): its way is kept if the next ones can go it.
  void watch();
  void learn(const Frame& frame, std::string_view device, const Result& result);

  // Makes the counters of the rules what they are after all packets.
  void settle();
  const std::deque<Way>& ways() const { return ways_; }
  const std::vector<Opened>& opened() const { return opened_; }

 private:
  // What of a frame is the same for many flows.
  struct Arrival {
    std::string device;
    std::uint32_t flags = 0;
    std::array<std::uint8_t, 12> macs{};
    bool is(const Frame& frame, std::string_view by) const;
  };
  struct Slot {
    std::uint64_t signature = 0;   // what rules look at and differs between packets of a flow
    CtRef connection;
    Way* way = nullptr;
    std::uint32_t tag = 0;
    std::uint32_t arrival : 31 = 0, reply : 1 = false;
  };
  static constexpr std::size_t bucket = 4;   // slots that a flow may lie in

  std::uint64_t signature(const FlowView& view) const;
  Slot* find(const FlowView& view, const Frame& frame, std::string_view device, std::uint64_t hash);
  Slot& place_for(std::uint64_t hash);
  void grow();
  bool follow(CtEntry& connection, const FlowView& view, const Slot& slot, const Way& way, std::int64_t now) const;
  bool take_in(const FlowTrail& trail);
  // That of the trail, for a packet of the connection in this state. Null when there is no room for another.
  Way* way_of(const FlowTrail& trail, const CtEntry& connection, CtState state, Fate fate, const std::optional<RuleRef>& by);
  void remember(const FlowView& view, const Frame& frame, std::uint32_t arrival, Way& way, const CtRef& connection, bool reply);
  std::uint32_t arrival_of(const Frame& frame, std::string_view device);
  std::optional<std::uint32_t> known_arrival(const Frame& frame, std::string_view device) const;
  bool take_course(const Frame& frame, const FlowView& view, std::string_view device);

  World& world_;
  const FragmentQueues& fragments_;
  FlowTrail trail_;
  bool asks_ttl_ = false, asks_flags_ = false;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::deque<Way> ways_;   // which stay where they are
  std::unordered_multimap<std::uint64_t, Way*> ways_by_hash_;
  std::vector<Arrival> arrivals_;
  std::unordered_map<std::string, std::uint32_t> arrivals_by_key_;
  std::vector<std::uint32_t> arrivals_by_mac_;   // the last one of each hash of MAC addresses
  Courses courses_;
  Way asked_;   // of way_of(): kept for its memory
  std::vector<Opened> opened_;
};

}  // namespace fwsim
