#include "tests/kernel/sockets.hh"

#include <utility>

#include "model/value.hh"
#include "simulator/host_sockets.hh"
#include "simulator/own_segment.hh"
#include "tests/kernel/hex.hh"

namespace fwsim::kernel {
namespace {

struct End {
  Family family = Family::v4;
  u128 address = 0;
  std::uint16_t port = 0;
};

End read_end(const Json& json) {
  const std::string text = json.at(0);
  const Family family = text.find(':') == text.npos ? Family::v4 : Family::v6;
  return {family, read_address(family, text).value_or(0), json.at(1).get<std::uint16_t>()};
}

Socket::State state_of(const Socket& s, const Json& what) {
  const bool connected = what.contains("connect");
  if (s.proto == 17) return connected ? Socket::State::established : Socket::State::unconnected;
  if (what.contains("established")) return Socket::State::established;
  return connected ? Socket::State::opening : Socket::State::listening;
}

// What a socket of the recorder itself is, unless a step says otherwise.
constexpr const char* elsewhere = "elsewhere";

}  // namespace

Socket read_socket(const Json& what) {
  Socket s;
  s.proto = what.at("proto") == "tcp" ? 6 : 17;
  for (const char* key : {"connect", "bind"})
    if (what.contains(key)) {
      const End end = read_end(what.at(key));
      s.family = end.family;
      (key == std::string("bind") ? s.address : s.peer) = end.address;
      (key == std::string("bind") ? s.port : s.peer_port) = end.port;
    }
  s.state = state_of(s, what);
  s.device = what.value("device", "");
  s.v6_only = what.value("v6only", false);
  s.transparent = what.value("transparent", false);
  s.mark = what.value("mark", 0U);
  s.uid = what.value("uid", 0U);
  s.gid = what.value("gid", 0U);
  s.groups = what.value("groups", std::vector<std::uint32_t>{});
  s.cgroup = what.value("cgroup", elsewhere);
  return s;
}

Socket raw_socket(const Json& step) {
  Socket s{.proto = 255, .state = Socket::State::unconnected};
  s.mark = step.value("mark", 0U);
  s.uid = step.value("uid", 0U);
  s.gid = step.value("gid", 0U);
  s.cgroup = elsewhere;
  return s;
}

NamedSockets::Named NamedSockets::open(const Json& what, World& world) {
  Socket s = read_socket(what);
  if (s.port == 0) s.port = choose_port(world);
  if (s.state == Socket::State::opening) s.sequence = static_cast<std::uint32_t>(world.random());
  Named named{.socket = world.sockets.open(std::move(s))};
  if (what.contains("established")) {
    named.seq = what.at("established").at("seq");
    named.ack = what.at("established").at("ack");
  }
  return named;
}

Packet NamedSockets::send(Named& named, const Json& what, World& world) {
  const auto data = from_hex(what.value("data", ""));
  const SocketPtr& s = named.socket;
  if (what.contains("to")) {
    const End to = read_end(what.at("to"));
    return make_datagram(s, to.address, to.port, data, world);
  }
  if (s->proto == 17) return make_datagram(s, s->peer, s->peer_port, data, world);
  if (s->state == Socket::State::opening) return make_connect_syn(s, world);
  const bool end = what.value("shutdown", false);
  Packet packet = start_packet({.family = s->family, .src = s->address, .dst = s->peer}, 20 + data.size(), world);
  auto& b = packet.bytes;
  put16(b, packet.l4, s->port);
  put16(b, packet.l4 + 2, s->peer_port);
  put32(b, packet.l4 + 4, named.seq);
  put32(b, packet.l4 + 8, named.ack);
  b[packet.l4 + 12] = 0x50;
  b[packet.l4 + 13] = static_cast<std::uint8_t>(tcp_flag::ack | (end ? tcp_flag::fin : tcp_flag::psh));
  put16(b, packet.l4 + 14, 64240);
  std::copy(data.begin(), data.end(), b.begin() + static_cast<std::ptrdiff_t>(packet.l4 + 20));
  named.seq += static_cast<std::uint32_t>(data.size()) + (end ? 1 : 0);
  finish_packet(packet);
  packet.fields.set(Field::mark, s->mark.value_or(0));
  attach_socket(packet, s);
  return packet;
}

std::optional<Packet> NamedSockets::take(const Json& step, World& world) {
  const Json& what = step.at("socket");
  const std::string name = what.at("name");
  const auto found = open_.find(name);
  if (what.value("close", false)) {
    if (found != open_.end()) world.sockets.close(found->second.socket);
    open_.erase(name);
    return std::nullopt;
  }
  Named& named = found != open_.end() && step.value("local", false) ? found->second : open_[name] = open(what, world);
  if (!step.value("local", false)) return std::nullopt;
  return send(named, what, world);
}

}  // namespace fwsim::kernel
