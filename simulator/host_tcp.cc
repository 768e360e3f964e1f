// TCP of the host: resets for closed ports, SYN/ACKs of listeners, the last step of handshakes.
#include <algorithm>

#include "simulator/host_replies.hh"
#include "simulator/host_sockets.hh"
#include "simulator/own_segment.hh"
#include "simulator/routing.hh"
#include "simulator/tcp_options.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

struct Arrived {
  const Packet& packet;
  Bytes l4;
  std::uint8_t flags;
  std::uint32_t seq, ack, end;   // end: behind its last byte
  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

OwnHeader back(const Packet& p, std::uint8_t tos = 0) {
  return {.family = p.family, .src = p.fields.get(Field::dst), .dst = p.fields.get(Field::src), .tos = tos};
}

void emit(const Arrived& in, OwnSegment segment, std::uint8_t tos, SocketPtr socket, World& world) {
  segment.sport = be16(in.l4, 2);
  segment.dport = be16(in.l4, 0);
  Packet answer = make_segment(back(in.packet, tos), segment, world);
  // An own connection that opens has options of its own, or none.
  const bool opens = socket && socket->state == Socket::State::opening;
  if (!opens && !carry_options_back(answer, in.packet, world)) return;
  if (socket) {
    answer.fields.set(Field::mark, socket->mark.value_or(0));
    answer.next_device = socket->device;
  }
  attach_socket(answer, std::move(socket));
  world.generated.push_back(std::move(answer));
}

// By the socket that refuses; for a port without one by the kernel's own, which IPv6 does not show.
// Its TOS is the packet's without the bits of ECN.
void reset(const Arrived& in, SocketPtr socket, World& world) {
  if (in.has(tcp_flag::rst)) return;
  OwnSegment rst{.seq = in.ack, .flags = tcp_flag::rst};
  if (!in.has(tcp_flag::ack)) rst = {.ack = in.end, .flags = tcp_flag::rst | tcp_flag::ack};
  if (!socket && in.packet.family == Family::v4) socket = kernel_socket();
  emit(in, rst, static_cast<std::uint8_t>(in.packet.fields.number(Field::tos) & 0xfc), std::move(socket), world);
}

std::uint32_t clock_of(const World& world) { return static_cast<std::uint32_t>(world.now / 1'000'000); }

// `request`: the connection that this listener is asked for; its number is that of the SYN/ACK.
void syn_ack(const Arrived& in, const SocketPtr& request, World& world) {
  const TcpOffer theirs = read_offer(in.l4);
  unsigned mtu = 1500;
  if (world.routing)
    mtu = world.routing->output({.family = in.packet.family, .src = request->address, .dst = request->peer}).mtu;
  const unsigned mss = mtu - (in.packet.family == Family::v4 ? 40 : 60), whole = mss - (theirs.timestamp ? 12 : 0);
  TcpOffer ours{.mss = static_cast<std::uint16_t>(mss), .sack = theirs.sack, .timestamp = theirs.timestamp,
                .ts_value = clock_of(world), .ts_echo = theirs.ts_value};
  if (theirs.wscale) ours.wscale = window_scale(world.host);
  emit(in,
       {.seq = request->sequence,
        .ack = in.seq + 1,
        .flags = tcp_flag::syn | tcp_flag::ack,
        .window = static_cast<std::uint16_t>(0xffff / whole * whole),
        .options = offer_bytes(ours)},
       0, request, world);
}

std::string ask_listener(const Arrived& in, const SocketPtr& listener, World& world) {
  if (in.has(tcp_flag::rst)) return {};
  if (in.has(tcp_flag::ack)) return reset(in, listener, world), std::string();
  if (!in.has(tcp_flag::syn) || in.has(tcp_flag::fin)) return {};
  Socket request = *listener;
  request.state = Socket::State::request;
  request.family = in.packet.family;
  request.address = in.packet.fields.get(Field::dst);
  request.peer = in.packet.fields.get(Field::src);
  request.port = be16(in.l4, 2);
  request.peer_port = be16(in.l4, 0);
  request.sequence = static_cast<std::uint32_t>(world.random());
  syn_ack(in, world.sockets.open(std::move(request)), world);
  return {};
}

void become_established(const SocketPtr& socket, World& world) {
  Socket child = *socket;
  child.state = Socket::State::established;
  world.sockets.close(socket);
  world.sockets.open(std::move(child));
}

// The third packet of the handshake makes the connection; a repeated SYN gets the same answer.
void answer_request(const Arrived& in, const SocketPtr& request, World& world) {
  if (in.has(tcp_flag::rst)) return world.sockets.close(request);
  if (in.has(tcp_flag::syn)) return syn_ack(in, request, world);
  if (!in.has(tcp_flag::ack)) return;
  if (in.ack != request->sequence + 1) {
    Socket listener = *request;
    listener.state = Socket::State::listening;
    return reset(in, std::make_shared<const Socket>(std::move(listener)), world);
  }
  become_established(request, world);
}

void answer_opening(const Arrived& in, const SocketPtr& socket, World& world) {
  if (in.has(tcp_flag::ack) && in.ack != socket->sequence + 1) return reset(in, socket, world);
  if (in.has(tcp_flag::rst)) {
    if (in.has(tcp_flag::ack)) world.sockets.close(socket);
    return;
  }
  if (!in.has(tcp_flag::syn) || !in.has(tcp_flag::ack)) return;
  const TcpOffer theirs = read_offer(in.l4);
  TcpOffer ours{.timestamp = theirs.timestamp, .ts_value = clock_of(world), .ts_echo = theirs.ts_value};
  const unsigned scale = theirs.wscale ? window_scale(world.host) : 0U;
  emit(in,
       {.seq = socket->sequence + 1,
        .ack = in.seq + 1,
        .flags = tcp_flag::ack,
        .window = static_cast<std::uint16_t>((64240U + (1U << scale) - 1) >> scale),
        .options = offer_bytes(ours)},
       0, socket, world);
  become_established(socket, world);
}

}  // namespace

std::string answer_tcp(const Packet& p, World& world) {
  const Bytes l4 = p.transport();
  if (l4.size() < 20 || p.fields.number(Field::pkttype) != 0) return {};
  const std::size_t header = tcp_header_size(l4);
  if (header < 20 || header > l4.size()) return {};
  Arrived in{.packet = p, .l4 = l4, .flags = l4[13], .seq = be32(l4, 4), .ack = be32(l4, 8), .end = 0};
  in.end = in.seq + static_cast<std::uint32_t>(l4.size() - header) + (in.has(tcp_flag::syn) ? 1U : 0U) +
           (in.has(tcp_flag::fin) ? 1U : 0U);
  FoundSocket found{p.socket};
  if (!found.socket)
    found = world.sockets.lookup({.family = p.family,
                                  .proto = 6,
                                  .src = p.fields.get(Field::src),
                                  .sport = be16(l4, 0),
                                  .dst = p.fields.get(Field::dst),
                                  .dport = be16(l4, 2),
                                  .device = name_text(p.fields.get(Field::in_if)),
                                  .opens = in.has(tcp_flag::syn) && !in.has(tcp_flag::ack)});
  if (!found.socket) {
    if (!found.known) return "whether a program waits on that TCP port is not known";
    // A reset goes only to those who wrote to an address of this host.
    if (destination_type(p) == RouteType::local) reset(in, nullptr, world);
    return {};
  }
  switch (found.socket->state) {
    case Socket::State::listening: return ask_listener(in, found.socket, world);
    case Socket::State::request: answer_request(in, found.socket, world); return {};
    case Socket::State::opening: answer_opening(in, found.socket, world); return {};
    case Socket::State::unconnected:
    case Socket::State::established: break;
  }
  return "what a program answers to the data of a connection is not simulated";
}

}  // namespace fwsim
