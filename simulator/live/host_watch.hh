// Tells when devices, addresses, routes or routing rules of this machine change.
#pragma once

#include <memory>

namespace fwsim {

class Netlink;

class HostWatch {
 public:
  HostWatch();   // throws EnvironmentError
  ~HostWatch();
  HostWatch(const HostWatch&) = delete;
  HostWatch& operator=(const HostWatch&) = delete;

  int descriptor() const;
  // Reads all that waits; whether there was anything.
  bool changed();

 private:
  std::unique_ptr<Netlink> netlink_;
};

}  // namespace fwsim
