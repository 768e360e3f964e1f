// What each protocol makes of a packet of its connections, TCP (conntrack_tcp.cc) apart: net/netfilter/
// nf_conntrack_proto_{udp,icmp,icmpv6,gre,generic,sctp}.c.
#include "simulator/conntrack_parts.hh"

namespace fwsim {
namespace {

constexpr unsigned icmp = 1, tcp = 6, udp = 17, gre = 47, icmpv6 = 58, sctp = 132, udplite = 136;

Judgement judge_udp(CtEntry& entry, bool stream_allowed, std::int64_t normal, std::int64_t stream, std::int64_t now) {
  const bool seen_reply = (entry.status & ct_seen_reply) != 0;
  std::int64_t timeout = normal;
  if (seen_reply && (!stream_allowed || now - entry.created > 2'000'000'000)) {
    timeout = stream;
    entry.status |= ct_assured;
  }
  entry.expires = now + timeout;
  return Judgement::accept;
}

}  // namespace

Judgement judge(CtEntry& entry, const Packet& packet, bool reply, bool fresh, const CtConfig& config, std::int64_t now) {
  switch (packet.protocol) {
    case tcp: return judge_tcp(entry, packet, reply, fresh, config, now);
    case udp:
    case udplite: return judge_udp(entry, true, config.udp, config.udp_stream, now);
    case gre: return judge_udp(entry, false, config.gre, config.gre_stream, now);
    case icmp:
    case icmpv6:
      if ((packet.protocol == icmp) == (packet.family == Family::v4)) {
        if (fresh && !is_icmp_query(packet.family, static_cast<unsigned>(packet.fields.number(Field::icmp) >> 8))) return Judgement::invalid;
        entry.expires = now + (packet.family == Family::v4 ? config.icmp : config.icmpv6);
        return Judgement::accept;
      }
      break;
    default: break;
  }
  entry.expires = now + config.generic;
  return Judgement::accept;
}

// What makes a packet untrackable whatever its connection.
bool malformed(const Packet& packet, bool verify) {
  const Bytes l4 = packet.transport();
  const auto length = packet.fields.number(Field::l4_len);
  switch (packet.protocol) {
    case tcp: {
      const std::size_t header = static_cast<std::size_t>(byte_at(l4, 12) >> 4) * 4;
      if (length < 20 || header < 20 || header > length || !tcp_flags_valid(byte_at(l4, 13))) return true;
      break;
    }
    case udp: {
      const unsigned stated = be16(l4, 4);
      if (length < 8 || stated > length || stated < 8) return true;
      if (be16(l4, 6) == 0) return false;
      break;
    }
    case icmp:
      if (packet.family != Family::v4) return false;
      if (length < 8 || (verify && !transport_checksum_ok(packet))) return true;
      return byte_at(l4, 0) > 18;
    case icmpv6:
      if (packet.family != Family::v6) return false;
      if (length < 8) return true;
      break;
    case udplite:
    case sctp: break;
    default: return false;
  }
  return verify && !transport_checksum_ok(packet);
}

}  // namespace fwsim
