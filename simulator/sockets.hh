// The sockets of the host, and which of them takes a packet (net/ipv4/inet_hashtables.c, net/ipv4/udp.c
// and their IPv6 twins): a connection first, else the best of those that wait. SO_REUSEPORT groups and
// VRF devices are left out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/host.hh"
#include "model/socket.hh"
#include "simulator/packet.hh"

namespace fwsim {

// What a lookup goes by: the packet's addresses and ports, and the device it came in by.
struct SocketKey {
  Family family = Family::v4;
  std::uint8_t proto = 6;
  u128 src = 0;
  std::uint16_t sport = 0;
  u128 dst = 0;
  std::uint16_t dport = 0;
  std::string device;
  bool opens = false;   // a bare SYN: no packet of a connection that exists already
};

// Nothing is found for sure only where all sockets of that kind are known.
struct FoundSocket {
  std::shared_ptr<const Socket> socket;
  bool known = true;
};

class Sockets {
 public:
  bool listeners_known = false, connections_known = false;

  void configure(const Host& host);
  void know_all() { listeners_known = connections_known = true; }
  std::shared_ptr<const Socket> open(Socket socket);
  void close(const std::shared_ptr<const Socket>& socket);

  FoundSocket connection(const SocketKey& key) const;  // TCP (__inet_lookup_established)
  FoundSocket listener(const SocketKey& key) const;    // TCP (__inet_lookup_listener)
  FoundSocket datagram(const SocketKey& key) const;    // UDP (__udp4_lib_lookup)
  FoundSocket lookup(const SocketKey& key) const;      // whatever takes it
  // Before routing only connections are looked for, of UDP just the newest on that address and port
  // (tcp_v4_early_demux, udp_v4_early_demux).
  FoundSocket early(const SocketKey& key) const;

 private:
  using List = std::vector<std::shared_ptr<const Socket>>;   // oldest first
  const List& at(std::uint8_t proto, std::uint16_t port) const;

  std::unordered_map<std::uint32_t, List> by_port_;
};

// Makes it the packet's socket, whose owner -m owner and LOG see; null: it has none.
void attach_socket(Packet& packet, std::shared_ptr<const Socket> socket);
// The one by which the kernel itself answers: echo replies, resets, ICMP errors.
const std::shared_ptr<const Socket>& kernel_socket();
// Makes it a packet by the kernel's own socket for ICMP, which is locked until the packet is on its way
// (icmp_xmit_lock): no error can be sent about an echo reply that REJECT stops.
void send_by_icmp_socket(Packet& packet);
// A whole socket, not a connection that is only asked for (sk_fullsock).
inline bool is_whole(const Socket& socket) { return socket.state != Socket::State::request; }

}  // namespace fwsim
