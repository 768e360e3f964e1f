#include "simulator/live/raw_sender.hh"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "model/diagnostic.hh"

namespace fwsim {

RawSender::RawSender() {
  const int one = 1, room = 4 << 20;   // what waits in the queue, or for a neighbour, takes of it
  sockets_[0] = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  if (sockets_[0] < 0)
    throw EnvironmentError(errno == EPERM ? "cannot send packets: this needs root, or CAP_NET_RAW" : fmt::format("cannot send packets: {}", std::strerror(errno)));
  sockets_[1] = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);   // -1 where there is no IPv6
  for (const int s : sockets_)
    if (s >= 0) {
      setsockopt(s, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
      if (setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0) setsockopt(s, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    }
  if (sockets_[1] >= 0) setsockopt(sockets_[1], IPPROTO_IPV6, IPV6_HDRINCL, &one, sizeof one);
}

RawSender::~RawSender() {
  for (const int s : sockets_)
    if (s >= 0) close(s);
}

std::string RawSender::send(const Packet& packet) {
  const bool v4 = packet.family == Family::v4;
  const int s = sockets_[v4 ? 0 : 1];
  const auto mark = static_cast<unsigned>(packet.fields.number(Field::mark));
  setsockopt(s, SOL_SOCKET, SO_MARK, &mark, sizeof mark);
  sockaddr_storage to{};
  socklen_t length = 0;
  if (v4) {
    auto& in = reinterpret_cast<sockaddr_in&>(to);
    in.sin_family = AF_INET;
    std::memcpy(&in.sin_addr, packet.bytes.data() + 16, 4);
    length = sizeof in;
  } else {
    auto& in = reinterpret_cast<sockaddr_in6&>(to);
    in.sin6_family = AF_INET6;
    std::memcpy(&in.sin6_addr, packet.bytes.data() + 24, 16);
    length = sizeof in;
  }
  if (sendto(s, packet.bytes.data(), packet.bytes.size(), 0, reinterpret_cast<sockaddr*>(&to), length) >= 0) return {};
  return std::strerror(errno);
}

}  // namespace fwsim
