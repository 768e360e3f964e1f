#include "simulator/host_replies.hh"

#include <algorithm>

#include "simulator/host_headers.hh"
#include "simulator/icmp_error.hh"
#include "simulator/ip_options.hh"
#include "simulator/own_packet.hh"
#include "simulator/routing.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, igmp = 2, tcp = 6, udp = 17, icmpv6 = 58, no_next = 59, mobility = 135;
// Protocols that only a module or an option of the kernel takes: IPIP, DCCP, IPv6 in IP, GRE, ESP, AH, PIM,
// IPCOMP, L2TP, SCTP, mobility (IPv6), UDP-Lite, MPLS in IP.
constexpr unsigned optional_protocols[] = {4, 33, 41, 47, 50, 51, 103, 108, 115, 132, 136, 137};

bool is_optional(Family family, unsigned protocol) {
  return (family == Family::v6 && protocol == mobility) ||
         std::find(std::begin(optional_protocols), std::end(optional_protocols), protocol) != std::end(optional_protocols);
}

void echo(const Packet& p, World& world) {
  const bool v4 = p.family == Family::v4, alone = !is_for_many(p);
  const auto on = [&](const char* name, long long otherwise) { return world.host.sysctl(name, otherwise) != 0; };
  if (v4 ? on("net.ipv4.icmp_echo_ignore_all", 0) : on("net.ipv6.icmp.echo_ignore_all", 0)) return;
  if (!alone && (v4 ? on("net.ipv4.icmp_echo_ignore_broadcasts", 1) : on("net.ipv6.icmp.echo_ignore_multicast", 0)))
    return;
  const Bytes request = p.transport();
  OwnHeader header{.family = p.family,
                   .protocol = static_cast<std::uint8_t>(v4 ? icmp : icmpv6),
                   .src = alone ? p.fields.get(Field::dst) : u128{0},
                   .dst = p.fields.get(Field::src),
                   .tos = static_cast<std::uint8_t>(p.fields.number(Field::tos)),
                   .whole = false,
                   .id = static_cast<std::uint16_t>(world.random())};
  Packet answer = start_packet(header, request.size(), world);
  std::copy(request.begin(), request.end(), answer.bytes.begin() + static_cast<std::ptrdiff_t>(answer.l4));
  answer.bytes[answer.l4] = v4 ? 0 : 129;
  finish_packet(answer);
  if (!carry_options_back(answer, p, world)) return;
  send_by_icmp_socket(answer);
  world.generated.push_back(std::move(answer));
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
    if (p.transport().size() >= 8 && p.transport()[0] == (v4 ? 8 : 128)) echo(p, world);
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
