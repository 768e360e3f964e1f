// Packets of our own onto the network, with headers as they are (raw(7), IP_HDRINCL; IPV6_HDRINCL). The kernel routes them,
// and shows them at OUTPUT and POSTROUTING.
#pragma once

#include <string>

#include "simulator/packet.hh"

namespace fwsim {

class RawSender {
 public:
  RawSender();    // throws EnvironmentError
  ~RawSender();
  RawSender(const RawSender&) = delete;
  RawSender& operator=(const RawSender&) = delete;

  // Why it could not be sent; empty when it was. The packet's mark goes with it.
  std::string send(const Packet& packet);

 private:
  int sockets_[2] = {-1, -1};
};

}  // namespace fwsim
