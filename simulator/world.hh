// Everything a run remembers: the host, the clock, connections, lists, counters of matches,
// and what packets caused. One World is one network namespace.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "model/host.hh"
#include "model/rate.hh"
#include "simulator/conntrack.hh"
#include "simulator/effect.hh"
#include "simulator/packet.hh"
#include "simulator/sockets.hh"

namespace fwsim {

// State that rules share by a name, created on first use: "recent/SSH", "hashlimit/http".
struct Shared {
  virtual ~Shared() = default;
};

class Routing;
struct FlowTrail;   // trail.hh

struct World {
  Host host;
  const Routing* routing = nullptr;  // of `host`; set by the engine, null in tests of single matches
  std::int64_t now = 0;              // nanoseconds since 1970; set from each packet
  std::mt19937_64 random{1};         // --seed
  Conntrack conntrack;
  Sockets sockets;
  bool recorded = false;             // packets answer to another kernel's choices: a capture
  FlowTrail* trail = nullptr;            // where to note what decides the present packet's way
  std::map<std::string, std::unique_ptr<Shared>, std::less<>> shared;

  // Since the last packet was taken; cleared by the engine.
  std::vector<Record> records;
  std::vector<Packet> generated;     // replies and copies that still have to take their own way

  // The next place in the order of what happens.
  std::uint64_t next_order() { return ++order_; }
  void record(Record r) {
    r.order = next_order();
    records.push_back(std::move(r));
  }

  // jiffies: ticks of 1/250 s.
  std::uint64_t jiffies() const { return static_cast<std::uint64_t>(now / (1'000'000'000 / static_cast<std::int64_t>(kernel_hz))); }

  template <class T>
  T& get_shared(const std::string& name) {
    auto& slot = shared[name];
    if (!slot) slot = std::make_unique<T>();
    return static_cast<T&>(*slot);
  }

 private:
  std::uint64_t order_ = 0;
};

}  // namespace fwsim
