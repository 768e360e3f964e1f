// What targets do beyond verdicts, jumps, assignments and NAT: one file each in effects/.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/extension.hh"
#include "simulator/oracle.hh"
#include "simulator/packet.hh"

namespace fwsim {

enum class Outcome : std::uint8_t {
  next_rule, accept, drop, stolen,
  repeat,   // this table from its start
  unknown
};

// What a packet caused besides its own fate.
struct Record {
  enum class Kind : std::uint8_t { log, nflog, audit, trace, other, conntrack };
  Kind kind = Kind::log;
  std::string text;       // log: the kernel's line with its prefix; nflog: the prefix; conntrack: why a helper drops it
  unsigned group = 0;     // nflog
  Hook hook = Hook::prerouting;  // where it was made
  unsigned level = 4;     // log: the priority for syslog
  std::uint64_t order = 0;  // among all that one packet caused, of all its answers and copies
};

class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;
  virtual Outcome apply(Packet& packet, const Where& where, World& world) = 0;
  // Why the outcome was `unknown`.
  virtual std::string why() const { return {}; }
};

struct TargetKind {
  std::string_view target;
  std::unique_ptr<Target> (*make)(const TargetUse& use, Family family, World& world);
};

// The list in effects.cc; null when nothing simulates it (then the outcome is unknown).
const TargetKind* find_effect(std::string_view target);

std::unique_ptr<Target> make_effect(std::function<Outcome(Packet&, const Where&, World&)> apply, std::string why = {});

}  // namespace fwsim
