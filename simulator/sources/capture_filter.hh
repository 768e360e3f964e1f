// --filter 'tcp port 22': the expressions of tcpdump, compiled by libpcap for each link type.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/sources/source.hh"

namespace fwsim {

class CaptureFilter {
 public:
  explicit CaptureFilter(std::string expression);
  ~CaptureFilter();

  // Why the expression cannot be compiled at all (it is tried on Ethernet).
  std::optional<std::string> error() const;
  // Whether the frame passes. Where the expression makes no sense for the frame's link type, none
  // of that type passes, and complaints() tells.
  bool matches(const Frame& frame);
  // One line for each link type that the expression cannot be used with.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Compiled;
  std::string expression_;
  std::vector<std::unique_ptr<Compiled>> compiled_;  // few: searched in order
  std::vector<std::string> complaints_;
  std::unique_ptr<Packet> scratch_;

  Compiled& compiled_for(unsigned link_type);
};

}  // namespace fwsim
