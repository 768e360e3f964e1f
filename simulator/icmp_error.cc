#include "simulator/icmp_error.hh"

#include <algorithm>
#include <string>
#include <utility>

#include "model/host.hh"
#include "simulator/conntrack.hh"
#include "simulator/icmp_limits.hh"
#include "simulator/ip_options.hh"
#include "simulator/own_packet.hh"
#include "simulator/routing.hh"
#include "simulator/sockets.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr std::size_t longest_v4 = 576, longest_v6 = 1280, icmp_header = 8;
constexpr unsigned newest_icmp_type = 18;  // NR_ICMP_TYPES
constexpr unsigned too_big_v6 = 2, problem_v6 = 4, unknown_option = 2, first_information = 128;

// Types that the kernel does not know might be errors too; so might what cannot be read.
bool might_be_error(const Packet& p) {
  if (is_icmp_error(p)) return true;
  const Bytes l4 = p.transport();
  if (p.family == Family::v4) return p.protocol == 1 && (l4.empty() || l4[0] > newest_icmp_type);
  return p.protocol == 58 && p.fields.number(Field::frag_off) == 0 && (l4.empty() || l4[0] < first_information);
}

struct Wanted {
  unsigned type, code;
  std::uint32_t rest;
};

// What IPv6 tells even those who wrote to many: path MTUs, and options that ask for it (opt_unrec).
bool even_to_many(const Packet& p, const Wanted& error) {
  if (error.type == too_big_v6) return true;
  return error.type == problem_v6 && error.code == unknown_option && byte_at(p.all(), error.rest) >> 6 == 2;
}

// An anycast address, or the one of a network that the host is on (ipv6_anycast_destination).
bool is_anycast_v6(u128 address, const World& world) {
  if (!world.routing) return false;
  const RouteResult route = world.routing->output({.family = Family::v6, .dst = address});
  if (route.type == RouteType::anycast) return true;
  const bool on_link = route.kind == RouteResult::Kind::out && !route.gateway;
  return on_link && route.prefix < 127 && (address & ~prefix_mask(Family::v6, route.prefix)) == 0;
}

// Whether the kernel answers this packet with an error at all.
bool deserves_error(const Packet& p, const Wanted& error) {
  if (might_be_error(p)) return false;
  const u128 src = p.fields.get(Field::src);
  if (src == 0 || (p.family == Family::v6 && (src >> 120) == 0xff)) return false;
  const bool to_many = p.fields.number(Field::pkttype) != 0 || is_for_many(p);
  if (p.family == Family::v6) return !to_many || even_to_many(p, error);
  return !to_many && p.fields.number(Field::frag_off) == 0;
}

// 0: the source is that of the way to the sender.
u128 source_for(const Packet& p, const World& world) {
  const RouteType type = destination_type(p);
  if (type == RouteType::local || type == RouteType::anycast) return p.fields.get(Field::dst);
  const std::string in = name_text(p.fields.get(Field::in_if));
  if (in.empty() || !world.routing) return 0;
  const u128 sender = p.fields.get(Field::src);
  const bool by_arrival = p.family == Family::v4
                              ? world.host.sysctl("net.ipv4.icmp_errors_use_inbound_ifaddr", 0) != 0
                              : !world.routing->output({.family = p.family, .dst = sender}).fixed_source;
  return by_arrival ? world.routing->masquerade_address(p.family, in, sender).value_or(0) : u128{0};
}

// Precedence "internetwork control", the sender's wishes kept.
std::uint8_t tos_for(const Packet& offender) {
  return static_cast<std::uint8_t>((offender.fields.number(Field::tos) & 0x1e) | 0xc0);
}

void put_v4_header(Packet& answer, const Packet& offender, u128 source, const EchoedOptions& options, const World& world) {
  constexpr std::uint8_t ttl_to_groups = 1;
  auto& b = answer.bytes;
  const u128 to = options.first_hop.value_or(offender.fields.get(Field::src));
  b[0] = static_cast<std::uint8_t>(0x45 + options.bytes.size() / 4);
  b[1] = tos_for(offender);
  put16(b, 2, b.size());
  b[8] = (to >> 28) == 0xe ? ttl_to_groups : own_ttl(Family::v4, to, world);
  b[9] = 1;
  put_address(Family::v4, b, 12, source);
  put_address(Family::v4, b, 16, to);
  std::copy(options.bytes.begin(), options.bytes.end(), b.begin() + 20);
}

void put_v6_header(Packet& answer, const Packet& offender, u128 source, const World& world) {
  auto& b = answer.bytes;
  b[0] = 0x60;
  put16(b, 4, b.size() - 40);
  b[6] = 58;
  b[7] = own_ttl(Family::v6, offender.fields.get(Field::src), world);
  put_address(Family::v6, b, 8, source);
  put_address(Family::v6, b, 24, offender.fields.get(Field::src));
}

// The options echoed in the answer, which also carry its source address.
std::optional<EchoedOptions> options_for(const Packet& offender, u128& source, const World& world) {
  if (!offender.ip_options || !world.routing) return EchoedOptions{};
  if (source == 0) {
    const u128 sender = offender.fields.get(Field::src);
    source = world.routing->source_for(Family::v4, sender, 0, tos_for(offender)).value_or(0);
  }
  return echo_options(offender, *offender.ip_options, {*world.routing, world.now, source});
}

std::uint32_t reflected_mark(const Packet& offender, const World& world) {
  const char* const sysctl = offender.family == Family::v4 ? "net.ipv4.fwmark_reflect" : "net.ipv6.fwmark_reflect";
  return world.host.sysctl(sysctl, 0) != 0 ? static_cast<std::uint32_t>(offender.fields.number(Field::mark)) : 0;
}

}  // namespace

std::optional<Packet> make_icmp_error(const Packet& offender, unsigned type, unsigned code, std::uint32_t rest,
                                      const World& world) {
  if (!deserves_error(offender, {type, code, rest})) return std::nullopt;
  const bool v4 = offender.family == Family::v4;
  if (!v4 && is_anycast_v6(offender.fields.get(Field::src), world)) return std::nullopt;
  u128 source = source_for(offender, world);
  const auto options = options_for(offender, source, world);
  if (!options) return std::nullopt;
  const std::size_t header = v4 ? 20 + options->bytes.size() : 40;
  std::size_t longest = v4 ? longest_v4 : longest_v6;
  if (v4 && world.routing)
    longest = std::min<std::size_t>(longest,
                                    world.routing->output({.family = Family::v4, .dst = offender.fields.get(Field::src)}).mtu);
  if (longest <= header + icmp_header + 20) return std::nullopt;
  const std::size_t quoted = std::min(offender.bytes.size(), longest - header - icmp_header);

  Packet answer;
  answer.family = offender.family;
  answer.time = offender.time;
  answer.locally_sent = true;
  send_by_icmp_socket(answer);
  auto& b = answer.bytes;
  b.assign(header + icmp_header + quoted, 0);
  if (v4)
    put_v4_header(answer, offender, source, *options, world);
  else
    put_v6_header(answer, offender, source, world);
  b[header] = static_cast<std::uint8_t>(type);
  b[header + 1] = static_cast<std::uint8_t>(code);
  put32(b, header + 4, rest);
  std::copy_n(offender.bytes.begin(), quoted, b.begin() + static_cast<std::ptrdiff_t>(header + icmp_header));
  decode(answer);
  fix_checksums(answer);
  decode(answer);
  answer.fields.set(Field::mark, reflected_mark(offender, world));
  const bool near_only = !v4 && (offender.fields.get(Field::src) >> 118) == 0x3fa;   // fe80::/10: by the link it came by
  if (near_only) answer.next_device = name_text(offender.fields.get(Field::in_if));
  Conntrack::attach_related(answer, offender, offender.time);
  return answer;
}

bool send_icmp_error(const Packet& offender, unsigned type, unsigned code, std::uint32_t rest, World& world) {
  if (offender.by_icmp_socket) return false;
  auto answer = make_icmp_error(offender, type, code, rest, world);
  if (!answer) return false;
  const Interface* const in = world.host.find(name_text(offender.fields.get(Field::in_if)));
  const bool from_loopback = in && in->loopback;
  if (!icmp_limits(world).allow(world, offender.family, type, code, answer->fields.get(Field::dst), from_loopback))
    return false;
  world.generated.push_back(std::move(*answer));
  return true;
}

}  // namespace fwsim
