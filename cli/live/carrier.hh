// Two Ethernet devices with the session between them: what --inline as a bridge and as a router have in common.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/live/session.hh"
#include "simulator/live/wire.hh"
#include "simulator/sources/link_layer.hh"

namespace fwsim {

using DevicePair = std::array<std::string, 2>;
// Of "eth0:eth1". Throws EnvironmentError.
DevicePair device_pair(const std::string& text);

class Carrier {
 public:
  // `all`: frames to other machines too. Throws EnvironmentError.
  Carrier(Session& session, const DevicePair& devices, bool all);
  virtual ~Carrier() = default;
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;

  // Until the session ends; the exit status.
  int run();

 protected:
  virtual void carry(std::size_t from, const Arrived& arrived) = 0;
  virtual void renewed() {}   // a device went away, and another of its name is there
  virtual void tick() {}      // once a second

  // The IP packets in a frame, as they are on the wire, decoded; none when there is none, or none that the kernel takes.
  std::vector<Packet> packets_in(std::size_t from, const Arrived& arrived, Stripped& stripped);
  // The engine's word for it. With --unknown accept a packet of unknown fate sends what it can.
  Result judge(std::size_t from, Packet packet);
  bool accepts_unknown() const { return session_.args().unknown == "accept"; }

  void put(std::size_t to, Bytes header, Bytes rest);
  std::optional<std::size_t> place_of(std::string_view device) const;
  Wire& wire(std::size_t i) const { return *wires_[i]; }
  const DevicePair& devices() const { return devices_; }
  Session& session() const { return session_; }

 private:
  void listen(std::size_t i);
  void drain(std::size_t i);
  void look_after(std::size_t i);

  Session& session_;
  DevicePair devices_;
  bool all_;
  std::array<std::unique_ptr<Wire>, 2> wires_;
  std::array<bool, 2> down_{};
  std::uint64_t number_ = 0;
};

}  // namespace fwsim
