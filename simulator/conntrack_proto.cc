// What each protocol makes of a packet of its connections, but for TCP (conntrack_tcp.cc) and SCTP
// (conntrack_sctp.cc): net/netfilter/nf_conntrack_proto_{udp,icmp,icmpv6,gre,generic}.c.
#include "simulator/conntrack_parts.hh"
#include "simulator/tcp_segment.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;
constexpr std::int64_t until_stream = 2'000'000'000;  // ns

bool seen_reply(const CtEntry& entry) { return (entry.status & ct_seen_reply) != 0; }

void assure(CtEntry& entry) {
  if ((entry.status & ct_nat_clash) == 0) entry.status |= ct_assured;
}

CtJudgement judge_stream(CtEntry& entry, bool stream, std::int64_t normal, std::int64_t longer, std::int64_t now) {
  refresh(entry, now, stream ? longer : normal);
  if (stream) assure(entry);
  return CtJudgement::accept;
}

// 6.18 knows no DCCP: it is generic, as are ESP, AH, IPIP, ...
CtJudgement judge_generic(CtEntry& entry, const CtConfig& config, std::int64_t now) {
  refresh(entry, now, config.generic);
  return CtJudgement::accept;
}

CtJudgement judge_icmp(CtEntry& entry, const Packet& packet, const CtConfig& config, std::int64_t now) {
  const bool v4 = packet.family == Family::v4;
  if ((packet.protocol == icmp) != v4) return CtJudgement::invalid;  // ICMP of the other family
  if (!is_icmp_query(packet.family, entry.original().dport >> 8)) return CtJudgement::invalid;
  refresh(entry, now, v4 ? config.icmp : config.icmpv6);
  return CtJudgement::accept;
}

bool malformed_tcp(Bytes l4, std::uint64_t length) {
  const std::size_t header = static_cast<std::size_t>(byte_at(l4, 12) >> 4) * 4;
  return length < 20 || header < 20 || header > length || !tcp_flags_valid(byte_at(l4, 13));
}

bool malformed_udp(Bytes l4, std::uint64_t length) {
  const unsigned stated = be16(l4, 4);
  return length < 8 || stated > length || stated < 8;
}

bool malformed_udplite(Bytes l4, std::uint64_t length) {
  const unsigned coverage = be16(l4, 4);
  return length < 8 || (coverage != 0 && (coverage < 8 || coverage > length)) || be16(l4, 6) == 0;
}

}  // namespace

bool may_clash(unsigned protocol) {
  return protocol != tcp && protocol != sctp && protocol != icmp && protocol != icmpv6;
}

CtJudgement judge_udp(CtEntry& entry, const CtConfig& config, std::int64_t now) {
  return judge_stream(entry, seen_reply(entry) && now - entry.created > until_stream, config.udp, config.udp_stream, now);
}

CtJudgement judge(CtEntry& entry, const Packet& packet, bool reply, bool fresh, const CtConfig& config, std::int64_t now) {
  switch (packet.protocol) {
    case tcp: return judge_tcp(entry, read_tcp_segment(packet), reply, fresh, config, now);
    case sctp: return judge_sctp(entry, packet, reply, fresh, config, now);
    case udp: return judge_udp(entry, config, now);
    case udplite: return judge_stream(entry, seen_reply(entry), config.udp, config.udp_stream, now);
    case gre: return judge_stream(entry, seen_reply(entry), config.gre, config.gre_stream, now);
    case icmp:
    case icmpv6: return judge_icmp(entry, packet, config, now);
    default: return judge_generic(entry, config, now);
  }
}

bool malformed_header(unsigned protocol, Bytes l4, std::uint64_t length) {
  switch (protocol) {
    case tcp: return malformed_tcp(l4, length);
    case udp: return malformed_udp(l4, length);
    case udplite: return malformed_udplite(l4, length);
    case sctp: return length < 12;
    default: return false;
  }
}

bool malformed(const Packet& packet, bool verify) {
  if (malformed_header(packet.protocol, packet.transport(), packet.fields.number(Field::l4_len))) return true;
  const bool has_sum = packet.protocol == tcp || packet.protocol == udp || packet.protocol == udplite || packet.protocol == sctp;
  return verify && has_sum && !transport_checksum_ok(packet);
}

}  // namespace fwsim
