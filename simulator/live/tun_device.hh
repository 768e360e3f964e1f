// A TUN device: what the kernel routes into it is read here, what is written here arrives by it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/packet.hh"

namespace fwsim {

class TunDevice {
 public:
  // Makes it, or takes the one that 'ip tuntap add' made; it goes with this object unless it was made so. Throws
  // EnvironmentError.
  explicit TunDevice(const std::string& name);
  ~TunDevice();
  TunDevice(const TunDevice&) = delete;
  TunDevice& operator=(const TunDevice&) = delete;

  int descriptor() const { return descriptor_; }
  // The next packet; false when there is none.
  bool receive(std::vector<std::uint8_t>& packet);
  // 0, or the errno.
  int send(Bytes packet);

 private:
  int descriptor_ = -1;
};

}  // namespace fwsim
