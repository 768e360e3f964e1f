// An Ethernet device, read and written beside the kernel's stack (AF_PACKET, a ring of TPACKET_V2: one of V3 gives
// packets in blocks and late). Frames that this machine sends by the device are not among those received.
//
// Senders on the same machine (veth) leave checksums and cutting to a network card that is not there, and a card may put
// segments together: so a frame comes with what the kernel says of that (PACKET_VNET_HDR), and finish_offload() does what
// was left out. What is sent is complete, one frame for each segment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/offload.hh"
#include "simulator/packet.hh"

namespace fwsim {

struct Arrived {
  Bytes frame;               // with its VLAN tag; valid until the next one is asked for
  bool for_another = false;  // it is for no address of this machine
  bool cut = false;          // too long for the ring: the end is missing
  Offload offload;
};

// What the kernel tells of an Ethernet device.
struct WireFacts {
  unsigned index = 0, mtu = 1500;
  std::uint64_t mac = 0;
  bool up = false;
};
// Throws EnvironmentError when there is no such device, it is not Ethernet, or it may not be read.
WireFacts wire_facts(const std::string& device);

class Wire {
 public:
  // `all`: frames to other machines too (promiscuous). Throws EnvironmentError.
  Wire(const std::string& device, bool all);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  const std::string& device() const { return device_; }
  const WireFacts& facts() const { return facts_; }
  int descriptor() const { return in_; }

  // The next frame that has come; false when there is none. It gives the one before back.
  bool receive(Arrived& arrived);
  // 0, or the errno. What does not fit into the queue now is not sent at all (ENOBUFS).
  int send(Bytes header, Bytes rest);

  // An error that waits (ENETDOWN), 0 for none. A device that comes back is heard again by itself.
  int error();
  // Frames that the kernel threw away because the ring was full, since the last call.
  std::uint64_t lost();

 private:
  void open(bool all);
  void give_back();
  std::uint8_t* slot() const;

  std::string device_;
  WireFacts facts_;
  int in_ = -1, out_ = -1;
  std::uint8_t* ring_ = nullptr;
  std::size_t at_ = 0;         // the slot to be read next
  bool held_ = false;          // it is being read
  std::vector<std::uint8_t> tagged_;
};

}  // namespace fwsim
