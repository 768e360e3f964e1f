#include "simulator/sockets.hh"

#include <algorithm>
#include <optional>
#include <utility>

namespace fwsim {
namespace {

constexpr std::uint8_t tcp = 6, udp = 17;
constexpr u128 mapped = u128{0xffff} << 32;  // ::ffff:0:0/96, IPv4 by an IPv6 socket

std::uint32_t slot(std::uint8_t proto, std::uint16_t port) { return (std::uint32_t{proto} << 16) | port; }

// The address of a socket as packets of this family see it; nothing when it takes none of them.
std::optional<u128> seen_by(Family family, const Socket& s, u128 address) {
  if (family == s.family) return address;
  if (family == Family::v6 || s.v6_only) return std::nullopt;
  if (address == 0) return u128{0};
  if ((address >> 32) == (mapped >> 32)) return address & 0xffffffff;
  return std::nullopt;
}

bool bound_elsewhere(const Socket& s, const SocketKey& key) { return !s.device.empty() && s.device != key.device; }

bool is_connected(const Socket& s) { return s.peer != 0 || s.peer_port != 0; }

// inet_match
bool is_between(const Socket& s, const SocketKey& key) {
  return is_connected(s) && s.peer_port == key.sport && seen_by(key.family, s, s.address) == key.dst &&
         seen_by(key.family, s, s.peer) == key.src && !bound_elsewhere(s, key);
}

// How well a waiting socket that is bound to `address` fits, 0: not at all (compute_score).
int listener_score(const Socket& s, const SocketKey& key, u128 address) {
  if (s.state != Socket::State::listening || seen_by(key.family, s, s.address) != address || bound_elsewhere(s, key))
    return 0;
  return (s.device.empty() ? 1 : 2) + (key.family == Family::v4 && s.family == Family::v4 ? 1 : 0);
}

int datagram_score(const Socket& s, const SocketKey& key, u128 address) {
  if (seen_by(key.family, s, s.address) != address || bound_elsewhere(s, key)) return 0;
  if (s.peer != 0 && seen_by(key.family, s, s.peer) != key.src) return 0;
  if (s.peer_port != 0 && s.peer_port != key.sport) return 0;
  const int each = key.family == Family::v4 ? 4 : 1;
  int score = key.family == Family::v4 && s.family == Family::v4 ? 2 : 1;
  if (s.peer != 0) score += each;
  if (s.peer_port != 0) score += each;
  if (!s.device.empty()) score += each;
  return score;
}

// Those bound to the destination go before those bound to any address; of equals the newest wins.
template <class List, class Score>
std::shared_ptr<const Socket> best(const List& list, const SocketKey& key, Score score) {
  for (const u128 address : {key.dst, u128{0}}) {
    std::shared_ptr<const Socket> found;
    int most = 0;
    for (const auto& s : list)
      if (const int now = score(*s, key, address); now > 0 && now >= most) {
        most = now;
        found = s;
      }
    if (found) return found;
  }
  return nullptr;
}

}  // namespace

void Sockets::configure(const Host& host) {
  by_port_.clear();
  for (const Socket& s : host.sockets) open(s);
  listeners_known = host.listeners_known;
  connections_known = host.connections_known;
}

std::shared_ptr<const Socket> Sockets::open(Socket socket) {
  auto made = std::make_shared<const Socket>(std::move(socket));
  by_port_[slot(made->proto, made->port)].push_back(made);
  return made;
}

void Sockets::close(const std::shared_ptr<const Socket>& socket) {
  const auto found = by_port_.find(slot(socket->proto, socket->port));
  if (found != by_port_.end()) std::erase(found->second, socket);
}

const Sockets::List& Sockets::at(std::uint8_t proto, std::uint16_t port) const {
  static const List none;
  const auto found = by_port_.find(slot(proto, port));
  return found == by_port_.end() ? none : found->second;
}

FoundSocket Sockets::connection(const SocketKey& key) const {
  for (const auto& s : at(tcp, key.dport))
    if (is_between(*s, key)) return {s};
  return {nullptr, connections_known || key.opens};
}

FoundSocket Sockets::listener(const SocketKey& key) const {
  auto found = best(at(tcp, key.dport), key, listener_score);
  return {std::move(found), listeners_known};
}

FoundSocket Sockets::datagram(const SocketKey& key) const {
  auto found = best(at(udp, key.dport), key, datagram_score);
  // A connected one that is not known would fit better than one that waits.
  const bool surely = listeners_known && (connections_known || (found && is_connected(*found)));
  return {std::move(found), surely};
}

FoundSocket Sockets::lookup(const SocketKey& key) const {
  if (key.proto == udp) return datagram(key);
  FoundSocket found = connection(key);
  return found.socket || !found.known ? found : listener(key);
}

FoundSocket Sockets::early(const SocketKey& key) const {
  if (key.proto == tcp) return connection(key);
  const List& list = at(udp, key.dport);
  const auto newest = std::find_if(list.rbegin(), list.rend(), [&](const auto& s) {
    return seen_by(key.family, *s, s->address) == key.dst;
  });
  if (newest != list.rend() && is_between(**newest, key)) return {*newest};
  return {nullptr, connections_known};
}

void attach_socket(Packet& packet, std::shared_ptr<const Socket> socket) {
  FieldValues& f = packet.fields;
  f.clear(Field::uid, Field::gid);
  f.set(Field::socket, socket ? 1 : 0);
  if (socket) {
    if (!socket->kernel && socket->uid) f.set(Field::uid, *socket->uid);
    if (!socket->kernel && socket->gid) f.set(Field::gid, *socket->gid);
  }
  packet.socket = std::move(socket);
}

const std::shared_ptr<const Socket>& kernel_socket() {
  static const auto socket = std::make_shared<const Socket>(
      Socket{.proto = 255, .state = Socket::State::unconnected, .kernel = true});
  return socket;
}

void send_by_icmp_socket(Packet& packet) {
  attach_socket(packet, kernel_socket());
  packet.by_icmp_socket = true;
}

}  // namespace fwsim
