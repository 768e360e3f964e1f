// The steps of a scenario: frames and packets from the wire, packets of the host, commands.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "simulator/engine.hh"
#include "tests/kernel/scenario.hh"
#include "tests/kernel/sockets.hh"

namespace fwsim::kernel {

class Machine {
 public:
  explicit Machine(const Scenario& scenario, Lookup lookup = Lookup::indexed);

  Engine& engine() { return *engine_; }
  // What became of the step's packet; nothing for steps without one.
  std::optional<Result> take(const Json& step, std::int64_t now);
  void command(const Json& words);

 private:
  Result receive(const Json& step);
  Result send(const Json& step);
  Packet from_frame(const std::vector<std::uint8_t>& frame, const Interface& interface) const;
  std::vector<std::uint8_t> ip_bytes(const Json& step) const;
  void remember(const Result& result);
  void iptables(Family family, std::vector<std::string> words);

  const Scenario& scenario_;
  std::string rules_[2];
  std::vector<std::unique_ptr<Ruleset>> rulesets_;   // those of before are still referred to by results
  std::unique_ptr<Engine> engine_;
  NamedSockets sockets_;
  struct Numbers {
    std::uint32_t seq = 0, ack = 0;
    std::vector<std::uint8_t> timestamp{0, 0, 0, 0};
  };
  std::map<std::string, Numbers> last_syn_;          // sent out, by interface
};

}  // namespace fwsim::kernel
