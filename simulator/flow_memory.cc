#include "simulator/flow_memory.hh"

#include <algorithm>
#include <cstring>
#include <utility>

#include "simulator/ct_step.hh"
#include "simulator/defrag.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6;
constexpr std::size_t first_size = std::size_t{1} << 12, greatest_size = std::size_t{1} << 20;   // slots
constexpr std::size_t most_ways = std::size_t{1} << 16, most_arrivals = std::size_t{1} << 16, mac_places = 1024;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29);
}

std::uint64_t hash_of(const Tuple& t, std::uint64_t signature) {
  std::uint64_t hash = mixed(signature, static_cast<std::uint64_t>(t.src) ^ (static_cast<std::uint64_t>(t.dst) << 32) ^ (static_cast<std::uint64_t>(t.dst) >> 32));
  if (t.family == Family::v6)
    hash = mixed(mixed(hash, static_cast<std::uint64_t>(t.src >> 64)), static_cast<std::uint64_t>(t.dst >> 64));
  return mixed(hash, std::uint64_t{t.sport} << 32 | std::uint64_t{t.dport} << 16 | t.proto);
}

// A place among those by MAC addresses.
std::size_t mac_place(Bytes frame) {
  std::uint64_t first = 0;
  std::uint32_t rest = 0;
  std::memcpy(&first, frame.data(), 8), std::memcpy(&rest, frame.data() + 8, 4);
  return (mixed(first, rest) >> 32) % mac_places;
}

}  // namespace

bool FlowMemory::Way::same(const Way& o) const {
  const auto place = [](const std::optional<RuleRef>& r) {
    return r ? std::tuple(r->table, r->chain, r->index) : std::tuple(static_cast<const Table*>(nullptr), 0U, 0U);
  };
  return fate == o.fate && place(decided_by) == place(o.decided_by) && ct_state == o.ct_state && status == o.status && mark == o.mark &&
         shortest == o.shortest && longest == o.longest && forwarded == o.forwarded && counters == o.counters;
}

bool FlowMemory::Arrival::is(const Frame& frame, std::string_view by) const {
  std::uint64_t ours = 0, theirs = 0;
  std::uint32_t our_rest = 0, their_rest = 0;
  std::memcpy(&ours, macs.data(), 8), std::memcpy(&theirs, frame.bytes.data(), 8);
  std::memcpy(&our_rest, macs.data() + 8, 4), std::memcpy(&their_rest, frame.bytes.data() + 8, 4);
  return ours == theirs && our_rest == their_rest && flags == frame.flags && device == by;
}

FlowMemory::FlowMemory(Engine& engine)
    : world_(engine.world()), fragments_(world_.get_shared<FragmentQueues>("fragments")), slots_(first_size), arrivals_by_mac_(mac_places),
      courses_(engine) {}

std::uint64_t FlowMemory::signature(const FlowView& v) const {
  std::uint64_t word = v.tos;   // routes go by it
  if (asks_ttl_) word |= std::uint64_t{v.ttl} << 8;
  if (asks_flags_ && v.tuple.proto == tcp) word |= std::uint64_t{v.tcp_flags()} << 16;
  return word;
}

FlowMemory::Slot* FlowMemory::find(const FlowView& view, const Frame& frame, std::string_view device, std::uint64_t hash) {
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  Slot* slot = &slots_[hash & (slots_.size() - bucket)];
  for (Slot* const end = slot + bucket; slot != end; ++slot) {
    if (slot->tag != tag || !slot->connection) continue;
    const CtEntry& e = *slot->connection;
    const Way& way = *slot->way;
    if (view.length < way.shortest || view.length > way.longest) continue;
    if (e.has(view.tuple, slot->reply) && slot->signature == signature(view) && arrivals_[slot->arrival].is(frame, device))
      return slot;
  }
  return nullptr;
}

std::uint64_t FlowMemory::fetch(const FlowView& view) const {
  const std::uint64_t hash = hash_of(view.tuple, signature(view));
  const Slot* slot = &slots_[hash & (slots_.size() - bucket)];
  __builtin_prefetch(slot);
  __builtin_prefetch(slot + bucket / 2);
  return hash;
}

bool FlowMemory::fetch_connection(const FlowView& view, std::uint64_t hash) const {
  bool known = false;
  const Slot* slot = &slots_[hash & (slots_.size() - bucket)];
  for (const Slot* const end = slot + bucket; slot != end; ++slot) {
    if (slot->tag != static_cast<std::uint32_t>(hash >> 32) || !slot->connection) continue;
    const char* const entry = reinterpret_cast<const char*>(slot->connection.get());
    for (std::size_t at = 0; at < sizeof(CtEntry); at += 64) __builtin_prefetch(entry + at, 1);
    known = true;
  }
  if (!known) world_.conntrack.fetch(view.tuple);
  return known;
}

bool FlowMemory::recall(const Frame& frame, const FlowView& view, std::uint64_t hash, std::string_view device) {
  if (fragments_.due(frame.time)) return false;
  world_.conntrack.collect(frame.time);
  Slot* const slot = find(view, frame, device, hash);
  if (!slot) return take_course(frame, view, device);
  CtEntry& connection = *slot->connection;
  if ((connection.status & ct_dying) != 0 || connection.expires <= frame.time) {
    slot->connection.reset();
    --used_;
    return false;
  }
  Way& way = *slot->way;
  if ((way.forwarded && view.ttl <= 1) || (way.mark && *way.mark != connection.mark)) return false;
  if (!follow(connection, view, *slot, way, frame.time)) return false;
  world_.now = frame.time;
  ++way.recalled.packets;
  way.recalled.bytes += view.length;
  return true;
}

bool FlowMemory::take_course(const Frame& frame, const FlowView& view, std::string_view device) {
  const auto arrival = known_arrival(frame, device);
  if (!arrival || ways_.size() >= most_ways) return false;
  const auto passage = courses_.take(view, *arrival, frame.time);
  if (!passage) return false;
  const FlowTrail& trail = courses_.trail();
  Way& way = *way_of(trail, *passage->connection, passage->state, passage->fate, passage->decided_by);
  if (passage->opened) {
    const std::uint64_t serial = passage->connection->serial;
    if (opened_.empty() || opened_.back().second + 1 != serial) opened_.emplace_back(serial, serial);
    opened_.back().second = serial;
  } else if (trail.fixed && (passage->connection->status & ct_confirmed) != 0 && take_in(trail)) {
    remember(view, frame, *arrival, way, passage->connection, passage->reply);
  }
  ++way.recalled.packets;
  way.recalled.bytes += view.length;
  return true;
}

// What Conntrack::track() does with it. False: nothing is changed.
bool FlowMemory::follow(CtEntry& connection, const FlowView& view, const Slot& slot, const Way& way, std::int64_t now) const {
  const CtConfig& config = world_.conntrack.config();
  if (!is_trackable(view, config)) return false;
  CtStep step(connection, slot.reply);
  const auto state = step.take(view, config, now);
  if (!state) return false;
  if (*state != way.ct_state || (way.status && *way.status != connection.status)) {
    step.undo();
    return false;
  }
  step.keep(view, world_.conntrack, now);
  return true;
}

void FlowMemory::watch() {
  trail_ = {};
  world_.trail = &trail_;
}

void FlowMemory::learn(const Frame& frame, std::string_view device, const Result& r) {
  world_.trail = nullptr;
  if (!trail_.fixed || r.packet.locally_sent || !r.packet.ct || !r.ct_state || !r.reason.empty() || !r.records.empty() || !r.generated.empty() || !r.undecided.empty())
    return;
  if (r.fate != Fate::forwarded && r.fate != Fate::delivered && r.fate != Fate::dropped) return;
  const CtEntry& e = *r.packet.ct;
  const auto view = view_flow(frame);
  if (!view || arrivals_.size() >= most_arrivals) return;
  const std::uint32_t arrival = arrival_of(frame, device);
  courses_.learn(*view, arrival, r);
  if (trail_.opened || !is_plain(e) || !e.has(view->tuple, r.packet.ct_reply) || !take_in(trail_)) return;
  Way* const way = way_of(trail_, e, *r.ct_state, r.fate, r.decided_by);
  if (way) remember(*view, frame, arrival, *way, r.packet.ct, r.packet.ct_reply);
}

void FlowMemory::remember(const FlowView& view, const Frame& frame, std::uint32_t arrival, Way& way, const CtRef& connection, bool reply) {
  const std::uint64_t hash = hash_of(view.tuple, signature(view));
  Slot* slot = find(view, frame, arrivals_[arrival].device, hash);
  if (!slot) slot = &place_for(hash);
  if (!slot->connection) ++used_;
  *slot = {.signature = signature(view), .connection = connection, .way = &way, .tag = static_cast<std::uint32_t>(hash >> 32),
           .arrival = arrival & 0x7fffffffU, .reply = reply};
}

// What rules look at becomes a part of every signature. False: they look at what a signature does not hold.
bool FlowMemory::take_in(const FlowTrail& trail) {
  const auto asked = [&](Field field) { return trail.asked.test(index_of(field)); };
  if (asked(Field::tcp_mss) || asked(Field::ct_expire)) return false;
  const bool ttl = asked(Field::ttl), flags = asked(Field::tcp_flags);
  if ((!ttl || asks_ttl_) && (!flags || asks_flags_)) return true;
  asks_ttl_ = asks_ttl_ || ttl;
  asks_flags_ = asks_flags_ || flags;
  std::fill(slots_.begin(), slots_.end(), Slot{});
  used_ = 0;
  return true;
}

FlowMemory::Slot& FlowMemory::place_for(std::uint64_t hash) {
  if (used_ > slots_.size() / 2 && slots_.size() < greatest_size) grow();
  Slot* const first = &slots_[hash & (slots_.size() - bucket)];
  for (Slot* slot = first; slot != first + bucket; ++slot)
    if (!slot->connection) return *slot;
  return first[(hash >> 24) % bucket];
}

void FlowMemory::grow() {
  std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
  used_ = 0;
  for (Slot& slot : old) {
    if (!slot.connection || (slot.connection->status & ct_dying) != 0) continue;
    const CtEntry& e = *slot.connection;
    Slot& place = place_for(hash_of(e.tuple(slot.reply), slot.signature));
    if (!place.connection) ++used_;
    place = std::move(slot);
  }
}

FlowMemory::Way* FlowMemory::way_of(const FlowTrail& trail, const CtEntry& connection, CtState state, Fate fate, const std::optional<RuleRef>& by) {
  Way& way = asked_;
  way.fate = fate;
  way.decided_by = by;
  way.ct_state = state;
  way.status = trail.asked.test(index_of(Field::ct_status)) ? std::optional(connection.status) : std::nullopt;
  way.mark = trail.asked.test(index_of(Field::ct_mark)) ? std::optional(connection.mark) : std::nullopt;
  way.shortest = trail.shortest;
  way.longest = trail.longest;
  way.forwarded = trail.forwarded;
  way.counters = trail.counters;
  std::uint64_t hash = static_cast<std::uint64_t>(fate);
  for (const Counters* c : way.counters) hash = mixed(hash, reinterpret_cast<std::uintptr_t>(c));
  const auto [first, last] = ways_by_hash_.equal_range(hash);
  for (auto at = first; at != last; ++at)
    if (at->second->same(way)) return at->second;
  if (ways_.size() >= most_ways) return nullptr;
  ways_.push_back(way);
  ways_by_hash_.emplace(hash, &ways_.back());
  return &ways_.back();
}

std::uint32_t FlowMemory::arrival_of(const Frame& frame, std::string_view device) {
  Arrival arrival{.device = std::string(device), .flags = frame.flags};
  std::copy_n(frame.bytes.begin(), arrival.macs.size(), arrival.macs.begin());
  std::string key(arrival.macs.begin(), arrival.macs.end());
  key += std::to_string(arrival.flags) + ' ' + arrival.device;
  const auto [at, fresh] = arrivals_by_key_.try_emplace(std::move(key), static_cast<std::uint32_t>(arrivals_.size()));
  if (fresh) arrivals_.push_back(std::move(arrival));
  arrivals_by_mac_[mac_place(frame.bytes)] = at->second;
  return at->second;
}

std::optional<std::uint32_t> FlowMemory::known_arrival(const Frame& frame, std::string_view device) const {
  const std::uint32_t number = arrivals_by_mac_[mac_place(frame.bytes)];
  return number < arrivals_.size() && arrivals_[number].is(frame, device) ? std::optional(number) : std::nullopt;
}

void FlowMemory::settle() {
  for (Way& way : ways_) {
    for (Counters* counters : way.counters) {
      counters->packets += way.recalled.packets - way.settled.packets;
      counters->bytes += way.recalled.bytes - way.settled.bytes;
    }
    way.settled = way.recalled;
  }
}

}  // namespace fwsim
