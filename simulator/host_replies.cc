#include "simulator/host_replies.hh"

#include <algorithm>
#include <memory>

#include "simulator/host_headers.hh"
#include "simulator/icmp_error.hh"
#include "simulator/ip_options.hh"
#include "simulator/own_packet.hh"
#include "simulator/routing.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, igmp = 2, tcp = 6, udp = 17, icmpv6 = 58, no_next = 59, mobility = 135;
constexpr std::uint8_t echo_reply = 0, echo_request = 8, timestamp_request = 13, timestamp_reply = 14,
                       echo_request_v6 = 128, echo_reply_v6 = 129;
// Protocols that only a module or an option of the kernel takes: IPIP, DCCP, IPv6 in IP, GRE, ESP, AH, PIM,
// IPCOMP, L2TP, SCTP, mobility (IPv6), UDP-Lite, MPLS in IP.
constexpr unsigned optional_protocols[] = {4, 33, 41, 47, 50, 51, 103, 108, 115, 132, 136, 137};

bool is_optional(Family family, unsigned protocol) {
  return (family == Family::v6 && protocol == mobility) ||
         std::find(std::begin(optional_protocols), std::end(optional_protocols), protocol) != std::end(optional_protocols);
}

// icmp_reply(), icmpv6_echo_reply(): the message goes back to where the question came from.
void reply(const Packet& p, const std::vector<std::uint8_t>& message, World& world) {
  const bool v4 = p.family == Family::v4;
  OwnHeader header{.family = p.family,
                   .protocol = static_cast<std::uint8_t>(v4 ? icmp : icmpv6),
                   .src = is_for_many(p) ? u128{0} : p.fields.get(Field::dst),
                   .dst = p.fields.get(Field::src),
                   .tos = static_cast<std::uint8_t>(p.fields.number(Field::tos)),
                   .whole = false,
                   .id = static_cast<std::uint16_t>(world.random())};
  Packet answer = start_packet(header, message.size(), world);
  std::copy(message.begin(), message.end(), answer.bytes.begin() + static_cast<std::ptrdiff_t>(answer.l4));
  finish_packet(answer);
  if (!carry_options_back(answer, p, world)) return;
  send_by_icmp_socket(answer);
  world.generated.push_back(std::move(answer));
}

std::vector<std::uint8_t> echo_of(Bytes request, std::uint8_t type) {
  std::vector<std::uint8_t> message(request.begin(), request.end());
  message[0] = type;
  return message;
}

// icmp_timestamp(): milliseconds since midnight UT, when it came and when the answer goes (RFC 792).
std::vector<std::uint8_t> times_of(Bytes request, std::int64_t now) {
  constexpr std::int64_t millisecond = 1'000'000, day = 86'400'000;
  std::vector<std::uint8_t> message(request.begin(), request.begin() + 12);
  message.resize(20);
  message[0] = timestamp_reply;
  message[1] = 0;
  put32(message, 12, static_cast<std::uint64_t>(now / millisecond % day));
  put32(message, 16, be32(message, 12));
  return message;
}

void answer_icmp(const Packet& p, World& world) {
  const Bytes request = p.transport();
  if (request.size() < 8) return;
  const auto on = [&](const char* name, long long otherwise) { return world.host.sysctl(name, otherwise) != 0; };
  if (is_for_many(p) && on("net.ipv4.icmp_echo_ignore_broadcasts", 1)) return;
  if (request[0] == echo_request && !on("net.ipv4.icmp_echo_ignore_all", 0)) reply(p, echo_of(request, echo_reply), world);
  if (request[0] == timestamp_request && request.size() >= 12) reply(p, times_of(request, world.now), world);
}

void answer_icmpv6(const Packet& p, World& world) {
  const Bytes request = p.transport();
  if (request.size() < 8 || request[0] != echo_request_v6) return;
  const auto on = [&](const char* name) { return world.host.sysctl(name, 0) != 0; };
  if (on("net.ipv6.icmp.echo_ignore_all") || (is_for_many(p) && on("net.ipv6.icmp.echo_ignore_multicast"))) return;
  reply(p, echo_of(request, echo_reply_v6), world);
}

std::string answer_udp(const Packet& p, World& world) {
  const Bytes l4 = p.transport();
  if (l4.size() < 8 || be16(l4, 4) < 8 || be16(l4, 4) > l4.size()) return {};
  if (p.family == Family::v6 && be16(l4, 6) == 0) return {};
  if (is_for_many(p)) return {};
  const FoundSocket found = world.sockets.datagram({.family = p.family,
                                                    .proto = udp,
                                                    .src = p.fields.get(Field::src),
                                                    .sport = be16(l4, 0),
                                                    .dst = p.fields.get(Field::dst),
                                                    .dport = be16(l4, 2),
                                                    .device = name_text(p.fields.get(Field::in_if))});
  if (p.socket || found.socket) return {};
  if (!found.known) return "whether a program waits on that UDP port is not known";
  // UDP has let go of the packet's connection: the error looks for it by itself (nf_reset_ct), in no zone.
  Packet bare = p;
  bare.ct = nullptr;
  bare.fields.clear(Field::ct_state, Field::ct_state);
  send_icmp_error(bare, p.family == Family::v4 ? 3 : 1, p.family == Family::v4 ? 3 : 4, 0, world);
  return {};
}

}  // namespace

bool carry_options_back(Packet& answer, const Packet& question, const World& world) {
  if (!question.ip_options || !world.routing) return true;
  const u128 source = answer.fields.get(Field::src);
  const auto options = echo_options(question, *question.ip_options, {*world.routing, world.now, source});
  if (!options) return false;
  if (options->bytes.empty()) return true;
  auto& b = answer.bytes;
  b.insert(b.begin() + 20, options->bytes.begin(), options->bytes.end());
  b[0] = static_cast<std::uint8_t>(0x45 + options->bytes.size() / 4);
  put16(b, 2, b.size());
  if (options->first_hop) put_address(Family::v4, b, 16, *options->first_hop);
  finish_packet(answer);
  answer.ip_options = std::make_shared<IpOptions>(options->built);
  return true;
}

std::string answer_delivered(const Packet& p, World& world) {
  if (p.truncated) return {};
  const bool v4 = p.family == Family::v4;
  const HostHeaders headers = v4 ? HostHeaders{.protocol = p.protocol} : read_host_headers(p, world);
  if (!headers.taken) return headers.unknown;
  const unsigned protocol = headers.protocol;
  if (is_optional(p.family, protocol)) return "whether the host takes that protocol depends on its modules";
  if (!p.l4_known) return {};
  // In captures, sums of the host's own packets are left to the device.
  if (!(p.locally_sent && world.recorded) && !transport_checksum_ok(p)) return {};
  if (protocol == (v4 ? icmp : icmpv6)) {
    v4 ? answer_icmp(p, world) : answer_icmpv6(p, world);
    return {};
  }
  if (protocol == tcp) return answer_tcp(p, world);
  if (protocol == udp) return answer_udp(p, world);
  if (protocol == (v4 ? igmp : no_next)) return {};
  if (v4)
    send_icmp_error(p, 3, 2, 0, world);
  else
    send_icmp_error(p, 4, 1, static_cast<std::uint32_t>(headers.named_at), world);
  return {};
}

}  // namespace fwsim
