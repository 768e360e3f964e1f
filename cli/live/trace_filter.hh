// Which packets a live trace shows: those that a tcpdump expression takes as they came, or as they are after NAT.
#pragma once

#include <optional>
#include <string>

#include "simulator/packet.hh"
#include "simulator/sources/capture_filter.hh"

namespace fwsim {

// The packet with the addresses and ports that it had before the connection's translation.
Packet as_it_came(const Packet& packet);

class TraceFilter {
 public:
  // An empty expression takes all.
  explicit TraceFilter(const std::string& expression);
  std::optional<std::string> error() const;
  bool matches(const Packet& packet);

 private:
  bool takes(const Packet& packet);

  std::optional<CaptureFilter> filter_;
};

}  // namespace fwsim
