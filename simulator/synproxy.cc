#include "simulator/synproxy.hh"

#include <algorithm>

#include "simulator/conntrack.hh"
#include "simulator/ct_template.hh"
#include "simulator/rewrite.hh"
#include "simulator/tcp_options.hh"
#include "simulator/world.hh"

namespace fwsim {
namespace {

// What the echoed time carries of the client's options (synproxy_init_timestamp_cookie).
constexpr std::uint32_t carried = 0x3f, no_wscale = 0xf, carried_sack = 0x10, carried_ecn = 0x20;

std::uint8_t flags_of(const Packet& p) { return byte_at(p.transport(), 13); }

// To the packet's sender, or on to whom it is for.
Packet segment(const Packet& p, bool back, OwnSegment s, const World& world) {
  const Bytes l4 = p.transport();
  OwnHeader header{.family = p.family, .src = p.fields.get(Field::src), .dst = p.fields.get(Field::dst)};
  s.sport = be16(l4, 0);
  s.dport = be16(l4, 2);
  if (back) {
    std::swap(header.src, header.dst);
    std::swap(s.sport, s.dport);
  }
  Packet packet = make_segment(header, s, world);
  attach_socket(packet, nullptr);
  return packet;
}

// As an answer within the packet's connection, when that has one.
void belong_as_reply(Packet& answer, const Packet& p, std::int64_t now) {
  if (!p.ct) return;
  answer.ct = p.ct;
  answer.ct_reply = true;
  answer.fields.set(Field::ct_state, static_cast<unsigned>(CtState::established));
  Conntrack::describe(answer, now);
}

// nf_ct_seqadj_init: from the first byte on.
void move_numbers(CtEntry& entry, bool reply, std::uint32_t by) {
  if (by == 0) return;
  entry.status |= ct_seq_adjust;
  SeqAdjust& way = entry.extend().seqadj[reply];
  way.before = way.after = static_cast<std::int32_t>(by);
}

// The server's clock becomes the one that the client knows, and back (synproxy_tstamp_adjust).
void move_time(Packet& packet, std::uint32_t offset, bool reply) {
  if (offset == 0) return;
  const Bytes l4 = packet.transport();
  const std::size_t end = std::min(tcp_header_size(l4), l4.size());
  for (std::size_t at = 20; at < end;) {
    const std::uint8_t kind = l4[at];
    if (kind == tcp_eol) return;
    if (kind == tcp_nop) {
      ++at;
      continue;
    }
    const std::size_t size = byte_at(l4, at + 1);
    if (at + 1 == end || size < 2 || at + size > end) return;
    if (kind == tcp_timestamp_kind && size == 10) {
      const std::size_t place = packet.l4 + at + (reply ? 2 : 6), check = packet.l4 + 16;
      const std::uint32_t old = be32(packet.all(), place), now = reply ? old - offset : old + offset;
      patch16(packet.bytes, place, static_cast<std::uint16_t>(now >> 16), check);
      patch16(packet.bytes, place + 2, static_cast<std::uint16_t>(now), check);
      decode(packet);
      return;
    }
    at += size;
  }
}

// The server accepts: its handshake ends here, and the client learns its window.
void complete(const Packet& p, World& world, const std::function<void(Packet)>& send) {
  const Bytes l4 = p.transport();
  const std::uint32_t seq = be32(l4, 4), ack = be32(l4, 8);
  const TcpOffer theirs = read_offer(l4);
  CtEntry& entry = *p.ct;
  SynproxyTrack& track = *entry.ext().synproxy;
  if (theirs.timestamp) track.offset = theirs.ts_value - track.its;
  TcpOffer times{.timestamp = theirs.timestamp, .ts_value = theirs.ts_echo, .ts_echo = theirs.ts_value};
  send(segment(p, true,
               {.seq = ack,
                .ack = seq + 1,
                .flags = tcp_flag::ack,
                .window = static_cast<std::uint16_t>(entry.tcp.side[0].max_win),
                .options = offer_bytes(times)},
               world));
  move_numbers(entry, p.ct_reply, track.isn - seq);
  std::swap(times.ts_value, times.ts_echo);
  Packet update = segment(p, false,
                          {.seq = seq + 1,
                           .ack = ack,
                           .flags = tcp_flag::ack,
                           .window = static_cast<std::uint16_t>(be16(l4, 14) >> theirs.wscale.value_or(0)),
                           .options = offer_bytes(times)},
                          world);
  belong_as_reply(update, p, world.now);
  send(std::move(update));
}

// While the server has not answered: the SYN tells the cookie, an ACK of the client repeats the SYN.
SynproxyVerdict opening(Packet& p, World& world, const std::function<void(Packet)>& send) {
  if ((flags_of(p) & tcp_flag::syn) == 0 && (flags_of(p) & tcp_flag::ack) != 0 && !p.ct_reply) {
    Recalled again = recall_client(p, be32(p.transport(), 4) + 1, world);
    if (again.check == CookieCheck::unknown) return SynproxyVerdict::unknown;
    if (!again.syn) return SynproxyVerdict::drop;
    send(std::move(*again.syn));
    return SynproxyVerdict::stolen;
  }
  SynproxyTrack& track = *p.ct->ext().synproxy;
  track.isn = be32(p.transport(), 8);
  const TcpOffer offer = read_offer(p.transport());
  if (offer.timestamp) track.its = offer.ts_echo;
  return SynproxyVerdict::accept;
}

}  // namespace

Packet synproxy_answer(const Packet& syn, const SynproxyRule& rule, World& world) {
  const TcpOffer client = read_offer(syn.transport());
  const std::uint8_t both = tcp_flag::ece | tcp_flag::cwr;
  TcpOffer answer{.timestamp = client.timestamp && rule.timestamp, .ts_echo = client.ts_value};
  if (client.mss) answer.mss = rule.mss;
  // The rest is carried back in the timestamp, so without one it is left out.
  const bool ecn = answer.timestamp && rule.ecn && (flags_of(syn) & both) == both;
  answer.sack = answer.timestamp && client.sack && rule.sack;
  if (answer.timestamp) {
    if (client.wscale) answer.wscale = rule.wscale;
    answer.ts_value = (static_cast<std::uint32_t>(world.random()) & ~carried) |
                      (answer.wscale ? *client.wscale : no_wscale) | (answer.sack ? carried_sack : 0) |
                      (ecn ? carried_ecn : 0);
  }
  Packet packet = segment(syn, true,
                          {.seq = give_cookie(syn, client.mss.value_or(0), world),
                           .ack = be32(syn.transport(), 4) + 1,
                           .flags = static_cast<std::uint8_t>(tcp_flag::syn | tcp_flag::ack | (ecn ? tcp_flag::ece : 0)),
                           .options = offer_bytes(answer)},
                          world);
  belong_as_reply(packet, syn, world.now);
  return packet;
}

Recalled recall_client(const Packet& p, std::uint32_t seq, World& world) {
  const Bytes l4 = p.transport();
  const std::uint32_t number = be32(l4, 8) - 1;
  const Cookie cookie = check_cookie(p, number, seq - 1, world);
  if (cookie.check != CookieCheck::valid) return {cookie.check, {}};
  TcpOffer offer = read_offer(l4);
  offer = {.mss = cookie.mss, .timestamp = offer.timestamp, .ts_value = offer.ts_value, .ts_echo = offer.ts_echo};
  bool ecn = false;
  if (offer.timestamp) {
    if ((offer.ts_echo & no_wscale) != no_wscale) offer.wscale = static_cast<std::uint8_t>(offer.ts_echo & no_wscale);
    offer.sack = (offer.ts_echo & carried_sack) != 0;
    ecn = (offer.ts_echo & carried_ecn) != 0;
  }
  // The cookie rides in the field that a SYN does not use, for the hook below.
  Packet syn = segment(p, false,
                       {.seq = seq - 1,
                        .ack = number,
                        .flags = static_cast<std::uint8_t>(tcp_flag::syn | (ecn ? tcp_flag::ece | tcp_flag::cwr : 0)),
                        .window = be16(l4, 14),
                        .options = offer_bytes(offer)},
                       world);
  static const auto mine = std::make_shared<const CtTemplate>(CtTemplate{.synproxy = true});
  syn.ct_template = mine;
  syn.fields.set(Field::ct_state, static_cast<unsigned>(CtState::fresh));
  return {CookieCheck::valid, std::move(syn)};
}

SynproxyVerdict synproxy_hook(Packet& p, World& world, const std::function<void(Packet)>& send) {
  const std::uint8_t flags = flags_of(p);
  const bool syn = (flags & tcp_flag::syn) != 0, ack = (flags & tcp_flag::ack) != 0;
  SynproxyTrack& track = *p.ct->ext().synproxy;
  switch (p.ct->tcp.state) {
    case TcpState::close:
      if ((flags & tcp_flag::rst) != 0 && p.ct_reply)
        move_numbers(*p.ct, true, track.isn - be32(p.transport(), 4) + 1);
      else if (syn && !ack && !p.ct_reply) {
        track.offset = 0;  // opened again
        if (const auto verdict = opening(p, world, send); verdict != SynproxyVerdict::accept) return verdict;
      }
      break;
    case TcpState::syn_sent:
      if (const auto verdict = opening(p, world, send); verdict != SynproxyVerdict::accept) return verdict;
      break;
    case TcpState::syn_recv:
      if (!syn || !ack) break;
      complete(p, world, send);
      return SynproxyVerdict::stolen;
    default: break;
  }
  move_time(p, track.offset, p.ct_reply);
  return SynproxyVerdict::accept;
}

}  // namespace fwsim
