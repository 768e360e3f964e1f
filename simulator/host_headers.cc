#include "simulator/host_headers.hh"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "simulator/icmp_error.hh"
#include "simulator/ipv6_walk.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

constexpr unsigned parameter_problem = 4, wrong_field = 0, unknown_option = 2;
constexpr std::uint8_t pad1 = 0, padn = 1, home_address = 201;
constexpr unsigned home_route = 2, rpl_route = 3, segment_route = 4;   // types of routing headers
constexpr std::size_t max_padding = 7;                                 // in a row

struct Walk {
  const Packet& packet;
  World& world;
  std::size_t at;   // the header to be read
  Bytes bytes() const { return packet.all(); }
};

HostHeaders gone(std::string unknown = {}) { return {.taken = false, .unknown = std::move(unknown)}; }

HostHeaders problem(const Walk& w, unsigned code, std::size_t where) {
  send_icmp_error(w.packet, parameter_problem, code, static_cast<std::uint32_t>(where), w.world);
  return gone();
}

// The lower of the two settings, as the kernel takes it of those that let something in.
long long setting(const Walk& w, const char* name) {
  const auto of = [&](const std::string& device) {
    return w.world.host.sysctl("net.ipv6.conf." + device + "." + name, 0);
  };
  return std::min(of("all"), of(name_text(w.packet.fields.get(Field::in_if))));
}

// ip6_tlvopt_unknown(): what is done about an option that is not known is in its first two bits.
std::optional<HostHeaders> obey(const Walk& w, std::size_t option) {
  if (w.world.host.sysctl("net.ipv6.max_dst_opts_number", 8) < 0) return gone();
  const bool group = w.packet.fields.get(Field::dst) >> 120 == 0xff;
  switch (w.bytes()[option] >> 6) {
    case 0: return std::nullopt;
    case 2: return problem(w, unknown_option, option);
    case 3: return group ? gone() : problem(w, unknown_option, option);
    default: return gone();
  }
}

std::optional<HostHeaders> destination_options(const Walk& w, std::size_t end) {
  const Bytes b = w.bytes();
  const long long most = std::abs(w.world.host.sysctl("net.ipv6.max_dst_opts_number", 8));
  long long count = 0;
  std::size_t padding = 0;
  for (std::size_t at = w.at + 2; at < end;) {
    if (b[at] == pad1) {
      if (++padding > max_padding) return gone();
      ++at;
      continue;
    }
    const std::size_t length = std::size_t{byte_at(b, at + 1)} + 2;
    if (at + 2 > end || at + length > end) return gone();
    if (b[at] == padn) {
      padding += length;
      if (padding > max_padding) return gone();
      for (std::size_t i = at + 2; i < at + length; ++i)
        if (b[i] != 0) return gone();
    } else {
      if (++count > most) return gone();
      if (b[at] == home_address) return gone("whether the host knows mobile IPv6 depends on its kernel");
      if (auto end_of_it = obey(w, at)) return end_of_it;
      padding = 0;
    }
    at += length;
  }
  return std::nullopt;
}

// ipv6_rthdr_rcv(): what has arrived at its last stop passes; no way that goes on is followed.
std::optional<HostHeaders> routing_header(const Walk& w) {
  const Bytes b = w.bytes();
  if (w.packet.fields.get(Field::dst) >> 120 == 0xff || w.packet.fields.number(Field::pkttype) != 0) return gone();
  const unsigned type = byte_at(b, w.at + 2), left = byte_at(b, w.at + 3);
  if (type == segment_route)
    return gone(setting(w, "seg6_enabled") > 0 ? "the host's segment routing is not simulated" : "");
  if (type == rpl_route)
    return gone(setting(w, "rpl_seg_enabled") > 0 ? "the host's RPL source routing is not simulated" : "");
  if (type == home_route && (left == 0 || setting(w, "accept_source_route") >= 0))
    return gone("whether the host knows mobile IPv6 depends on its kernel");
  if (left == 0) return std::nullopt;
  return problem(w, wrong_field, w.at + 2);   // at its type
}

// ipv6_frag_rcv(): a datagram of one fragment passes.
std::optional<HostHeaders> fragment_header(const Walk& w) {
  if (be16(w.packet.bytes, 4) == 0) return problem(w, wrong_field, 4);
  if ((be16(w.bytes(), w.at + 2) & 0xfff9) == 0) return std::nullopt;
  return gone("how the host puts IPv6 fragments together is not simulated");
}

}  // namespace

HostHeaders read_host_headers(const Packet& packet, World& world) {
  Walk w{.packet = packet, .world = world, .at = 40};
  const Bytes b = packet.all();
  HostHeaders h{.protocol = byte_at(b, 6)};
  while (true) {
    const bool first_options = h.protocol == next_hop_opts && w.at == 40;   // obeyed on arrival
    if (!first_options && h.protocol != next_routing && h.protocol != next_fragment && h.protocol != next_dst_opts)
      return h;
    const std::size_t end = h.protocol == next_fragment ? w.at + 8 : w.at + (std::size_t{byte_at(b, w.at + 1)} + 1) * 8;
    if (end > packet.stated_length()) return gone();
    if (end > b.size()) return gone("the capture does not hold all of its headers");
    std::optional<HostHeaders> ended;
    if (h.protocol == next_dst_opts) ended = destination_options(w, end);
    if (h.protocol == next_routing) ended = routing_header(w);
    if (h.protocol == next_fragment) ended = fragment_header(w);
    if (ended) return *ended;
    h.named_at = w.at;
    h.protocol = b[w.at];
    w.at = end;
  }
}

}  // namespace fwsim
