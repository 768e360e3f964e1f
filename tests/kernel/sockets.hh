// The "socket" steps of a scenario: real sockets of the host, and what they send.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "simulator/world.hh"
#include "tests/kernel/scenario.hh"

namespace fwsim::kernel {

// The socket that a step or a scenario's list of listeners describes.
Socket read_socket(const Json& what);

// The raw socket by which a step without a named one sends.
Socket raw_socket(const Json& step);

class NamedSockets {
 public:
  // Opens or closes the step's socket. What it sends then, if the step says so.
  std::optional<Packet> take(const Json& step, World& world);

 private:
  struct Named {
    std::shared_ptr<const Socket> socket;
    std::uint32_t seq = 0, ack = 0;   // of an established connection
  };
  Named open(const Json& what, World& world);
  Packet send(Named& named, const Json& what, World& world);

  std::map<std::string, Named> open_;
};

}  // namespace fwsim::kernel
