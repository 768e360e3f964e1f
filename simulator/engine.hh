// The packet's way through the kernel: receive, route, deliver or forward, send; every table of
// every hook in order (ip_input.c, ip_forward.c, ip_output.c and their IPv6 twins).
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "model/ruleset.hh"
#include "simulator/program.hh"
#include "simulator/result.hh"
#include "simulator/routing.hh"
#include "simulator/world.hh"

namespace fwsim {

struct EngineOptions {
  bool paths = false;   // record every step of the way
  bool host_replies = false;   // the host's own stack answers what is delivered to it
  bool frames = true;          // keep what leaves: without, Result::out has no forwarded packets that left whole
  Lookup lookup = Lookup::indexed;   // of rules; all give the same
};

class FragmentQueues;

class Engine {
 public:
  // Either ruleset may be null: then nothing filters that family. They must outlive the engine.
  Engine(const Ruleset* v4, const Ruleset* v6, Host host, EngineOptions options = {}, std::uint64_t seed = 1);

  // A packet that arrives on a device, or that the host itself sends. decode() has been called.
  Result receive(Packet packet, const std::string& device);
  Result send(Packet packet);

  // A packet that the kernel routes, and shows at one hook after the other: the stages of `hook` alone, for the packet of
  // `result`, in which path, records, answers and the like of all its hooks are collected. `in` and `out` are the devices as
  // that hook has them, "" for none. The fate is queued for a fragment that waits, dropped, stolen or unknown where its way
  // ends, and forwarded where it does not.
  void at_hook(Hook hook, Result& result, const std::string& in, const std::string& out);

  // Another ruleset for the family, as after an iptables command: rules that are the same keep their
  // counters, connections and lists stay; `keep_memory`: and what their matches remember. It must outlive the engine.
  void replace(Family family, const Ruleset* ruleset, bool keep_memory = false);

  // Other devices, addresses, routes, routing rules and neighbours, as after an ip command; all else of the host stays.
  // Connections end that were masqueraded with an address that is gone (nf_nat_masquerade.c).
  void renumber(Host host);

  // Whether fragments are put together before any rule sees them.
  bool reassembles(Family family) const { return defrag_[static_cast<std::size_t>(family)]; }

  void record_paths(bool paths) { options_.paths = paths; }

  World& world() { return world_; }
  const World& world() const { return world_; }
  const Host& host() const { return world_.host; }
  const Routing& routing() const { return *routing_; }

  // The ruleset with the counters as they are now.
  Ruleset with_counters(Family family) const;
  const Program* program(Family family, TableId table) const;
  Program* program(Family family, TableId table) { return programs_[static_cast<std::size_t>(family)][static_cast<std::size_t>(table)].get(); }

 private:
  struct Journey;   // one packet's way, engine.cc

  void load(Family family);
  void take_known_connections(std::int64_t now);

  std::array<std::array<std::unique_ptr<Program>, table_count>, 2> programs_;
  const Ruleset* rulesets_[2];
  World world_;
  std::unique_ptr<Routing> routing_;
  EngineOptions options_;
  bool defrag_[2] = {false, false};   // by family: fragments are put together before any rule
  bool asks_address_types_[2] = {false, false};   // some rule does (-m addrtype)
  unsigned depth_ = 0;   // of packets that cause packets
  FragmentQueues* fragments_ = nullptr;   // the World's, once looked up
};

}  // namespace fwsim
