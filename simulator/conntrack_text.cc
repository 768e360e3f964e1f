#include "simulator/conntrack_text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fwsim {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr unsigned tcp = 6, gre = 47, sctp = 132;

constexpr std::pair<unsigned, std::string_view> protocols[] = {{1, "icmp"}, {tcp, "tcp"},      {17, "udp"},    {33, "dccp"},
                                                               {gre, "gre"}, {58, "icmpv6"}, {sctp, "sctp"}, {136, "udplite"}};
constexpr unsigned with_ports[] = {tcp, 17, 33, sctp, 136};

std::string_view protocol_word(unsigned number) {
  for (const auto& [value, name] : protocols)
    if (value == number) return name;
  return "unknown";
}

std::string state_text(const CtEntry& entry) {
  if (entry.proto == tcp) return fmt::format(" {}", tcp_state_name(entry.tcp.state));
  if (entry.proto == sctp) return fmt::format(" {}", sctp_state_name(entry.ext().sctp.state));
  return {};
}

std::string tuple_text(const Tuple& t) {
  std::string text = fmt::format(" src={} dst={}", address_text(t.family, t.src), address_text(t.family, t.dst));
  if (is_icmp_tuple(t)) return text + fmt::format(" type={} code={} id={}", t.dport >> 8, t.dport & 0xff, t.sport);
  if (t.proto == gre) return text + fmt::format(" srckey=0x{:x} dstkey=0x{:x}", t.sport, t.dport);
  if (std::find(std::begin(with_ports), std::end(with_ports), t.proto) == std::end(with_ports)) return text;
  return text + fmt::format(" sport={} dport={}", t.sport, t.dport);
}

std::string end_text(const CtEntry& entry, std::size_t direction, bool counters) {
  std::string text = tuple_text(entry.tuple(direction == 1));
  if (entry.zone[0] != entry.zone[1] && entry.zone[direction] != 0)
    text += fmt::format(" zone-{}={}", direction == 0 ? "orig" : "reply", entry.zone[direction]);
  if (const Counters c = entry.counters(direction == 1); counters) text += fmt::format(" packets={} bytes={}", c.packets, c.bytes);
  return text;
}

}  // namespace

std::string connection_text(const CtEntry& entry, std::int64_t now, bool counters) {
  const bool v4 = entry.family == Family::v4;
  std::string text = fmt::format("{:<8} {:<2} {:<8} {} {}{}", v4 ? "ipv4" : "ipv6", v4 ? 2 : 10, protocol_word(entry.proto),
                                 entry.proto, std::max<std::int64_t>(0, entry.expires - now) / second, state_text(entry));
  text += end_text(entry, 0, counters);
  if ((entry.status & ct_seen_reply) == 0) text += " [UNREPLIED]";
  text += end_text(entry, 1, counters);
  if ((entry.status & ct_assured) != 0) text += " [ASSURED]";
  text += fmt::format(" mark={}", entry.mark);
  if (const std::string& helper = entry.ext().helper; !helper.empty()) text += fmt::format(" helper={}", helper);
  if (entry.zone[0] == entry.zone[1] && entry.zone[0] != 0) text += fmt::format(" zone={}", entry.zone[0]);
  return text + " use=1";
}

}  // namespace fwsim
