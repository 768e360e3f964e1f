#include "simulator/conntrack_import.hh"

namespace fwsim {
namespace {

constexpr unsigned tcp = 6, sctp = 132;
constexpr std::int64_t second = 1'000'000'000;

Tuple tuple_of_end(const KnownConnection& known, const KnownConnection::End& end) {
  return {.family = known.family, .src = end.src, .dst = end.dst, .sport = end.sport, .dport = end.dport, .proto = known.proto};
}

TcpState tcp_state(std::string_view name) {
  for (unsigned i = 0; i <= static_cast<unsigned>(TcpState::syn_sent2); ++i)
    if (tcp_state_name(static_cast<TcpState>(i)) == name) return static_cast<TcpState>(i);
  return TcpState::none;
}

SctpState sctp_state(std::string_view name) {
  for (std::size_t i = 0; i < sctp_state_count; ++i)
    if (sctp_state_name(static_cast<SctpState>(i)) == name) return static_cast<SctpState>(i);
  return SctpState::none;
}

}  // namespace

CtRef make_known(Conntrack& table, const KnownConnection& known, std::int64_t now) {
  CtRef entry = table.make(tuple_of_end(known, known.ends[0]), tuple_of_end(known, known.ends[1]));
  entry->zone = {known.ends[0].zone, known.ends[1].zone};
  entry->mark = known.mark;
  if (!known.helper.empty()) entry->extend().helper = known.helper;
  for (const bool reply : {false, true})
    if (const Counters& counters = known.ends[reply].counters; counters != Counters{}) entry->set_counters(reply, counters);
  entry->created = now - 60 * second;  // long enough ago for a UDP stream
  entry->seen = now;
  entry->expires = now + static_cast<std::int64_t>(known.timeout) * second;
  entry->status = ct_src_nat_done | ct_dst_nat_done;
  if (known.replied) entry->status |= ct_seen_reply;
  if (known.assured) entry->status |= ct_assured;
  if (!known.helper.empty()) entry->status |= ct_helper;
  // How the connection is translated is the difference between its tuples.
  const Tuple plain = inverted(entry->original()).value_or(entry->reply());
  if (plain.dst != entry->reply().dst || plain.dport != entry->reply().dport) entry->status |= ct_src_nat;
  if (plain.src != entry->reply().src || (plain.sport != entry->reply().sport && !is_icmp_tuple(plain))) entry->status |= ct_dst_nat;
  if (is_icmp_tuple(plain) && plain.sport != entry->reply().sport) entry->status |= ct_src_nat;
  if (known.proto == tcp) {
    entry->tcp.state = tcp_state(known.state);
    for (TcpSide& side : entry->tcp.side) side.liberal = side.sack = true;
  }
  if (known.proto == sctp) {
    SctpTrack& track = entry->extend().sctp;
    track.state = sctp_state(known.state);
    track.unknown_tag = {true, true};
  }
  return entry;
}

}  // namespace fwsim
